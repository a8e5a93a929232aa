# The walrus operator, comprehensions and generator expressions.
from metaflow import FlowSpec, step


class WalrusFlow(FlowSpec):
    @step
    def start(self):
        self.lines = ["a=1", "b", "c=3"]
        self.next(self.parse)

    @step
    def parse(self):
        self.pairs = {k: int(v) for line in self.lines if len(parts := line.split("=")) == 2 for k, v in [parts]}
        if (n := len(self.pairs)) < 1:
            raise ValueError(f"only {n} pairs")
        self.total = sum(v for v in self.pairs.values())
        self.names = [*self.pairs]
        self.next(self.end)

    @step
    def end(self):
        print(self.total, self.names)


if __name__ == "__main__":
    WalrusFlow()
