# Four loops in one another, each with its own join.
from metaflow import FlowSpec, step


class DeepFlow(FlowSpec):
    @step
    def start(self):
        self.l1 = list(range(2))
        self.next(self.one, foreach="l1")

    @step
    def one(self):
        self.l2 = list(range(2))
        self.next(self.two, foreach="l2")

    @step
    def two(self):
        self.l3 = list(range(2))
        self.next(self.three, foreach="l3")

    @step
    def three(self):
        self.l4 = list(range(2))
        self.next(self.four, foreach="l4")

    @step
    def four(self):
        self.leaf = [i for i, _, _ in self.foreach_stack()]
        self.next(self.j4)

    @step
    def j4(self, inputs):
        self.leaves = [i.leaf for i in inputs]
        self.next(self.j3)

    @step
    def j3(self, inputs):
        self.leaves = sum((i.leaves for i in inputs), [])
        self.next(self.j2)

    @step
    def j2(self, inputs):
        self.leaves = sum((i.leaves for i in inputs), [])
        self.next(self.j1)

    @step
    def j1(self, inputs):
        self.leaves = sum((i.leaves for i in inputs), [])
        self.next(self.end)

    @step
    def end(self):
        assert len(self.leaves) == 16


if __name__ == "__main__":
    DeepFlow()
