# Step names as a Java programmer writes them.
from metaflow import FlowSpec, step


class CamelFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.trainModel)

    @step
    def trainModel(self):
        self.model = 1
        self.next(self.end)

    @step
    def end(self):
        print(self.model)


if __name__ == "__main__":
    CamelFlow()
