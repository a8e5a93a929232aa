# A foreach inside of a branch is still open where the branches are joined.
from metaflow import FlowSpec, step


class LeftOpenFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.many, self.one)

    @step
    def many(self):
        self.items = [1, 2]
        self.next(self.each, foreach="items")

    @step
    def each(self):
        self.v = self.input
        self.next(self.join)

    @step
    def one(self):
        self.v = 0
        self.next(self.join)

    @step
    def join(self, inputs):
        self.v = sum(i.v for i in inputs)
        self.next(self.end)

    @step
    def end(self):
        print(self.v)


if __name__ == "__main__":
    LeftOpenFlow()
