# a split names one branch twice
from metaflow import FlowSpec, step


class Twice(FlowSpec):
    @step
    def start(self):
        self.next(self.a, self.b, self.a)  # SP134

    @step
    def a(self):
        self.next(self.join)

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
    Twice()
