# merge_artifacts with include in one join and exclude in another.
from metaflow import FlowSpec, step


class PickFlow(FlowSpec):
    @step
    def start(self):
        self.config = {"depth": 3}
        self.folds = [0, 1, 2]
        self.next(self.fit, foreach="folds")

    @step
    def fit(self):
        self.fold = self.input
        self.error = 1.0 / (self.config["depth"] + self.fold)
        self.next(self.pick)

    @step
    def pick(self, inputs):
        self.errors = [i.error for i in inputs]
        self.merge_artifacts(inputs, include=["config", "folds"])
        self.next(self.fan)

    @step
    def fan(self):
        self.next(self.plot, self.table)

    @step
    def plot(self):
        self.figure = "▁▃▅"
        self.scratch = 1
        self.next(self.report)

    @step
    def table(self):
        self.rows = list(zip(self.folds, self.errors))
        self.scratch = 2
        self.next(self.report)

    @step
    def report(self, inputs):
        self.merge_artifacts(inputs, exclude=["scratch"])
        self.next(self.end)

    @step
    def end(self):
        print(self.figure, self.rows, self.config, self.errors)


if __name__ == "__main__":
    PickFlow()
