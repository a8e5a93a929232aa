# args:
# exit: 0
# covers: start and end steps named by @step(start=True) and @step(end=True)
from metaflow import FlowSpec, step


class CustomEndsFlow(FlowSpec):
    @step(start=True)
    def begin(self):
        self.trail = ["begin"]
        self.next(self.between)

    @step
    def between(self):
        self.trail = self.trail + ["between"]
        self.next(self.finish)

    @step(end=True)
    def finish(self):
        self.trail = self.trail + ["finish"]


if __name__ == "__main__":
    CustomEndsFlow()
