# a branch goes past the join of its split
from metaflow import FlowSpec, step


class PastTheJoin(FlowSpec):
    @step
    def start(self):
        self.next(self.a, self.b)

    @step
    def a(self):
        self.next(self.join)

    @step
    def b(self):
        self.next(self.end)

    @step
    def join(self, inputs):  # SP122
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    PastTheJoin()
