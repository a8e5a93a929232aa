# A step that reads the input is called input, which foreach needs for itself.
from metaflow import FlowSpec, step


class ReadFlow(FlowSpec):
    @step
    def start(self):
        self.path = "data.csv"
        self.next(self.input)

    @step
    def input(self):
        self.rows = []
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    ReadFlow()
