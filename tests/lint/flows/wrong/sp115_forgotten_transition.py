# A step without a transition in the middle of a flow.
from metaflow import FlowSpec, step


class GapFlow(FlowSpec):
    @step
    def start(self):
        self.raw = "1,2"
        self.next(self.parse)

    @step
    def parse(self):
        self.values = [int(v) for v in self.raw.split(",")]

    @step
    def total(self):
        self.sum = sum(self.values)
        self.next(self.end)

    @step
    def end(self):
        print(self.sum)


if __name__ == "__main__":
    GapFlow()
