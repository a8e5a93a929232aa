# Steps in any order of the source; the last is written first.
from metaflow import FlowSpec, step


class BackwardsFlow(FlowSpec):
    @step
    def end(self):
        print(self.total)

    @step
    def join(self, inputs):
        self.total = sum(i.part for i in inputs)
        self.next(self.end)

    @step
    def work(self):
        self.part = self.input + 1
        self.next(self.join)

    @step
    def start(self):
        self.chunks = (1, 2)
        self.next(self.work, foreach="chunks")


if __name__ == "__main__":
    BackwardsFlow()
