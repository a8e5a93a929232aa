# A join that is a switch as well.
from metaflow import FlowSpec, step


class DecideFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.a, self.b)

    @step
    def a(self):
        self.v = 1
        self.next(self.decide)

    @step
    def b(self):
        self.v = 2
        self.next(self.decide)

    @step
    def decide(self, inputs):
        self.best = "x" if inputs.a.v > inputs.b.v else "y"
        self.next({"x": self.good, "y": self.bad}, condition="best")

    @step
    def good(self):
        self.next(self.end)

    @step
    def bad(self):
        self.next(self.end)

    @step
    def end(self):
        print(self.best)


if __name__ == "__main__":
    DecideFlow()
