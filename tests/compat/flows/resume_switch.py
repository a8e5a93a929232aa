# args:
# exit: 1
# resume-env: COMPAT_FIXED=1
# resume-exit: 0
# covers: resume of a run that failed after a switch in a foreach
import os

from metaflow import FlowSpec, step


class ResumeSwitchFlow(FlowSpec):
    @step
    def start(self):
        self.items = [1, 2]
        self.next(self.judge, foreach="items")

    @step
    def judge(self):
        self.parity = "even" if self.input % 2 == 0 else "odd"
        self.next({"even": self.even, "odd": self.odd}, condition="parity")

    @step
    def even(self):
        self.said = "even"
        self.next(self.meet)

    @step
    def odd(self):
        self.said = "odd"
        self.next(self.meet)

    @step
    def meet(self):
        self.next(self.join)

    @step
    def join(self, inputs):
        if not os.environ.get("COMPAT_FIXED"):
            raise RuntimeError("fails the first time")
        self.said = [i.said for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    ResumeSwitchFlow()
