# args: --tag before
# exit: 0
# resume-args: middle --tag after
# resume-env: COMPAT_FIXED=1
# resume-exit: 0
# covers: resume of a finished run from a named step, which gives another result than before
import os

from metaflow import FlowSpec, step


class ResumeStepFlow(FlowSpec):
    @step
    def start(self):
        self.value = 1
        self.next(self.left, self.middle)

    @step
    def left(self):
        self.side = "left"
        self.next(self.join)

    @step
    def middle(self):
        self.side = "middle, changed" if os.environ.get("COMPAT_FIXED") else "middle"
        self.next(self.join)

    @step
    def join(self, inputs):
        self.sides = sorted(i.side for i in inputs)
        self.next(self.end)

    @step
    def end(self):
        print(self.sides)


if __name__ == "__main__":
    ResumeStepFlow()
