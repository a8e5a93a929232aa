# A join that starts the next foreach at once.
from metaflow import FlowSpec, step


class ChainFlow(FlowSpec):
    @step
    def start(self):
        self.folds = [1, 2]
        self.next(self.fit, foreach="folds")

    @step
    def fit(self):
        self.model = self.input
        self.next(self.pick)

    @step
    def pick(self, inputs):
        self.models = [i.model for i in inputs]
        self.next(self.evaluate, foreach="models")

    @step
    def evaluate(self):
        self.score = self.input * 2
        self.next(self.gather)

    @step
    def gather(self, inputs):
        self.scores = [i.score for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print(self.scores)


if __name__ == "__main__":
    ChainFlow()
