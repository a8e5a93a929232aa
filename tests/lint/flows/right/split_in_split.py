# Branches that branch again, joined in order.
from metaflow import FlowSpec, step


class TreeFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.left, self.right)

    @step
    def left(self):
        self.next(self.left_a, self.left_b)

    @step
    def left_a(self):
        self.leaf = "la"
        self.next(self.left_join)

    @step
    def left_b(self):
        self.leaf = "lb"
        self.next(self.left_join)

    @step
    def left_join(self, inputs):
        self.leaves = [i.leaf for i in inputs]
        self.next(self.join)

    @step
    def right(self):
        self.leaves = ["r"]
        self.next(self.join)

    @step
    def join(self, inputs):
        self.leaves = sorted(sum((i.leaves for i in inputs), []))
        self.next(self.end)

    @step
    def end(self):
        print(self.leaves)


if __name__ == "__main__":
    TreeFlow()
