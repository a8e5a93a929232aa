# Branches that set different things are merged; what both set is resolved first.
from metaflow import FlowSpec, step


class MergeFlow(FlowSpec):
    @step
    def start(self):
        self.common = {"source": "s3"}
        self.next(self.train, self.evaluate)

    @step
    def train(self):
        self.model = "m1"
        self.score = 0.7
        self.next(self.combine)

    @step
    def evaluate(self):
        self.baseline = 0.5
        self.score = 0.6
        self.next(self.combine)

    @step
    def combine(self, inputs):
        self.score = max(i.score for i in inputs)
        self.merge_artifacts(inputs)
        self.next(self.end)

    @step
    def end(self):
        print(self.common, self.model, self.baseline, self.score)


if __name__ == "__main__":
    MergeFlow()
