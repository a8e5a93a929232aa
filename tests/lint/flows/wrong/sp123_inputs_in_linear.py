# A plain step with an inputs argument.
from metaflow import FlowSpec, step


class ExtraFlow(FlowSpec):
    @step
    def start(self):
        self.rows = [1]
        self.next(self.train)

    @step
    def train(self, inputs):
        self.model = [i.rows for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print(self.model)


if __name__ == "__main__":
    ExtraFlow()
