# A step was renamed, one of its two callers was not.
from metaflow import FlowSpec, step


class RenamedFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.left, self.right)

    @step
    def left(self):
        self.v = 1
        self.next(self.join_results)

    @step
    def right(self):
        self.v = 2
        self.next(self.join)

    @step
    def join_results(self, inputs):
        self.v = sum(i.v for i in inputs)
        self.next(self.end)

    @step
    def end(self):
        print(self.v)


if __name__ == "__main__":
    RenamedFlow()
