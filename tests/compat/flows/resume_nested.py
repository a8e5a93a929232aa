# args:
# exit: 1
# resume-env: COMPAT_FIXED=1
# resume-exit: 0
# covers: resume after a failed outer join of a nested foreach; everything inside is cloned
import os

from metaflow import FlowSpec, step


class ResumeNestedFlow(FlowSpec):
    @step
    def start(self):
        self.outer = [1, 2]
        self.next(self.fan, foreach="outer")

    @step
    def fan(self):
        self.inner = [self.input * 10 + n for n in range(2)]
        self.next(self.leaf, foreach="inner")

    @step
    def leaf(self):
        self.value = self.input
        self.next(self.inner_join)

    @step
    def inner_join(self, inputs):
        self.values = [i.value for i in inputs]
        self.next(self.outer_join)

    @step
    def outer_join(self, inputs):
        if not os.environ.get("COMPAT_FIXED"):
            raise RuntimeError("fails the first time")
        self.values = [i.values for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    ResumeNestedFlow()
