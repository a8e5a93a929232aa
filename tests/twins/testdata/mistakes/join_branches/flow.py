# a join branches at once
from metaflow import FlowSpec, step


class JoinBranches(FlowSpec):
    @step
    def start(self):
        self.next(self.a, self.b)

    @step
    def a(self):
        self.next(self.join)

    @step
    def b(self):
        self.next(self.join)

    @step
    def join(self, inputs):
        self.next(self.c, self.d)  # SP114

    @step
    def c(self):
        self.next(self.again)

    @step
    def d(self):
        self.next(self.again)

    @step
    def again(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    JoinBranches()
