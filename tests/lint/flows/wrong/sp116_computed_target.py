# The target is computed with getattr.
from metaflow import FlowSpec, step


class ComputedFlow(FlowSpec):
    @step
    def start(self):
        self.mode = "fast"
        self.next(getattr(self, self.mode))

    @step
    def fast(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    ComputedFlow()
