# Artifacts read deep inside of expressions: slices, conditionals, lambdas, starred calls, chained comparisons.
from metaflow import FlowSpec, step


class ExpressionFlow(FlowSpec):
    @step
    def start(self):
        self.low, self.high, self.data = 1, 5, list(range(10))
        self.next(self.compute)

    @step
    def compute(self):
        self.window = self.data[self.low : self.high : 2]
        self.kind = "wide" if self.low < 2 < self.high else "narrow"
        self.ordered = sorted(self.data, key=lambda v: (v % self.high, -v))
        self.spread = max(*self.window, *self.data[:1]) - min(self.window)
        self.text = "{0.kind}:{1}".format(self, len(self.ordered)) + ("" if not self.spread else "!" * self.spread)
        self.next(self.end)

    @step
    def end(self):
        assert self.text and self.kind, "nothing"
        print(self.text)


if __name__ == "__main__":
    ExpressionFlow()
