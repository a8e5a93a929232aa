# Training goes back to preparation without a switch.
from metaflow import FlowSpec, step


class BackFlow(FlowSpec):
    @step
    def start(self):
        self.rows = [1]
        self.next(self.prepare)

    @step
    def prepare(self):
        self.rows = self.rows * 2
        self.next(self.train)

    @step
    def train(self):
        self.loss = 1 / len(self.rows)
        self.next(self.prepare)

    @step
    def end(self):
        print(self.loss)


if __name__ == "__main__":
    BackFlow()
