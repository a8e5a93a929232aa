# One of three branches goes past the join.
from metaflow import FlowSpec, step


class PastFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.a, self.b, self.c)

    @step
    def a(self):
        self.v = 1
        self.next(self.join)

    @step
    def b(self):
        self.v = 2
        self.next(self.join)

    @step
    def c(self):
        self.v = 3
        self.next(self.publish)

    @step
    def join(self, inputs):
        self.v = sum(i.v for i in inputs)
        self.next(self.publish)

    @step
    def publish(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    PastFlow()
