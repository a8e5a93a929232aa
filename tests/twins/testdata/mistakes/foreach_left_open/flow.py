# a foreach within a foreach is joined once
from metaflow import FlowSpec, step


class ForeachLeftOpen(FlowSpec):
    @step
    def start(self):
        self.outer = [1, 2]
        self.next(self.a, foreach="outer")  # SP121

    @step
    def a(self):
        self.inner = [3, 4]
        self.next(self.b, foreach="inner")

    @step
    def b(self):
        self.next(self.join)

    @step
    def join(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    ForeachLeftOpen()
