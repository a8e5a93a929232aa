# The end step collects the branches itself.
from metaflow import FlowSpec, step


class CollectFlow(FlowSpec):
    @step
    def start(self):
        self.files = ["a", "b"]
        self.next(self.read, foreach="files")

    @step
    def read(self):
        self.size = len(self.input)
        self.next(self.end)

    @step
    def end(self, inputs):
        print(sum(i.size for i in inputs))


if __name__ == "__main__":
    CollectFlow()
