# A target with two letters swapped.
from metaflow import FlowSpec, step


class TypoFlow(FlowSpec):
    @step
    def start(self):
        self.rows = [3, 1]
        self.next(self.trian)

    @step
    def train(self):
        self.best = max(self.rows)
        self.next(self.end)

    @step
    def end(self):
        print(self.best)


if __name__ == "__main__":
    TypoFlow()
