# A switch goes back to a step before it instead of to itself.
from metaflow import FlowSpec, step


class EarlierFlow(FlowSpec):
    @step
    def start(self):
        self.loss = 1.0
        self.next(self.train)

    @step
    def train(self):
        self.loss /= 2
        self.next(self.test)

    @step
    def test(self):
        self.verdict = "good" if self.loss < 0.1 else "bad"
        self.next({"good": self.end, "bad": self.train}, condition="verdict")

    @step
    def end(self):
        print(self.loss)


if __name__ == "__main__":
    EarlierFlow()
