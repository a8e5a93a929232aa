from metaflow import FlowSpec, Parameter, step


class GoodFlow(FlowSpec):
    """Adds numbers up, each on its own."""

    most = Parameter("most", default=3, help="the largest number")

    @step
    def start(self):
        self.numbers = list(range(1, self.most + 1))
        self.next(self.double, foreach="numbers")

    @step
    def double(self):
        """Doubles one number."""
        self.twice = 2 * self.input
        print("twice", self.input, "is", self.twice)
        self.next(self.join)

    @step
    def join(self, inputs):
        self.total = sum(i.twice for i in inputs)
        self.next(self.end)

    @step
    def end(self):
        print("total", self.total)


if __name__ == "__main__":
    GoodFlow()
