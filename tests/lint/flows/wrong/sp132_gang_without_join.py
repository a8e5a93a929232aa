# A gang whose step is followed by another step before the join.
from metaflow import FlowSpec, parallel, step


class TwoStepGangFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.train, num_parallel=2)

    @parallel
    @step
    def train(self):
        self.part = 1
        self.next(self.evaluate)

    @step
    def evaluate(self):
        self.score = self.part
        self.next(self.join)

    @step
    def join(self, inputs):
        self.total = sum(i.score for i in inputs)
        self.next(self.end)

    @step
    def end(self):
        print(self.total)


if __name__ == "__main__":
    TwoStepGangFlow()
