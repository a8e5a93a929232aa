# A @parallel step that is reached by a plain transition.
from metaflow import FlowSpec, parallel, step


class PlainGangFlow(FlowSpec):
    @step
    def start(self):
        self.items = [1, 2]
        self.next(self.train, foreach="items")

    @parallel
    @step
    def train(self):
        self.part = self.input
        self.next(self.join)

    @step
    def join(self, inputs):
        self.total = sum(i.part for i in inputs)
        self.next(self.end)

    @step
    def end(self):
        print(self.total)


if __name__ == "__main__":
    PlainGangFlow()
