# Each item of a foreach is refined in a loop of its own.
from metaflow import FlowSpec, step


class RefineFlow(FlowSpec):
    @step
    def start(self):
        self.guesses = [1.0, 9.0, 144.0]
        self.next(self.first, foreach="guesses")

    @step
    def first(self):
        self.number = self.input
        self.root = self.number
        self.next(self.newton)

    @step
    def newton(self):
        self.root = (self.root + self.number / self.root) / 2
        self.good = "yes" if abs(self.root**2 - self.number) < 1e-9 else "no"
        self.next({"yes": self.keep, "no": self.newton}, condition="good")

    @step
    def keep(self):
        self.next(self.collect)

    @step
    def collect(self, inputs):
        self.roots = [i.root for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print(self.roots)


if __name__ == "__main__":
    RefineFlow()
