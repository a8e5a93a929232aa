# A foreach whose target is the join.
from metaflow import FlowSpec, step


class NoBodyFlow(FlowSpec):
    @step
    def start(self):
        self.items = [1, 2]
        self.next(self.join, foreach="items")

    @step
    def join(self, inputs):
        self.n = len(list(inputs))
        self.next(self.end)

    @step
    def end(self):
        print(self.n)


if __name__ == "__main__":
    NoBodyFlow()
