# An override of a join forgets that it is one.
from metaflow import FlowSpec, step


class Base(FlowSpec):
    @step
    def start(self):
        self.xs = [1, 2]
        self.next(self.work, foreach="xs")

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
        print("done")


class QuietFlow(Base):
    @step
    def join(self):
        self.next(self.end)


if __name__ == "__main__":
    QuietFlow()
