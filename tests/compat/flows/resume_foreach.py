# args: --max-workers 1
# exit: 1
# resume-env: COMPAT_FIXED=1
# resume-exit: 0
# covers: resume of a foreach of which one item worked, one failed and one never ran; a branch beside it
import os

from metaflow import FlowSpec, current, step


class ResumeForeachFlow(FlowSpec):
    @step
    def start(self):
        self.items = ["a", "b", "c"]
        self.next(self.body, foreach="items")

    @step
    def body(self):
        if self.input == "b" and not os.environ.get("COMPAT_FIXED"):
            raise RuntimeError("b fails the first time")
        self.ran_fresh = current.origin_run_id is None
        self.text = self.input * (self.index + 1)
        self.next(self.join)

    @step
    def join(self, inputs):
        self.texts = [i.text for i in inputs]
        self.fresh = [i.ran_fresh for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print(self.texts)


if __name__ == "__main__":
    ResumeForeachFlow()
