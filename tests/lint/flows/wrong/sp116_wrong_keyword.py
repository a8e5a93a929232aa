# The keyword of a foreach, misspelt.
from metaflow import FlowSpec, step


class KeywordFlow(FlowSpec):
    @step
    def start(self):
        self.items = [1, 2]
        self.next(self.work, for_each="items")

    @step
    def work(self):
        self.y = self.input
        self.next(self.join)

    @step
    def join(self, inputs):
        self.ys = [i.y for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print(self.ys)


if __name__ == "__main__":
    KeywordFlow()
