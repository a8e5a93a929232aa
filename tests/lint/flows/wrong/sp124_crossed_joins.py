# Two splits of one split, whose branches are joined crosswise.
from metaflow import FlowSpec, step


class CrossFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.l, self.r)

    @step
    def l(self):  # noqa: E743
        self.next(self.l1, self.l2)

    @step
    def r(self):
        self.next(self.r1, self.r2)

    @step
    def l1(self):
        self.next(self.ones)

    @step
    def l2(self):
        self.next(self.twos)

    @step
    def r1(self):
        self.next(self.ones)

    @step
    def r2(self):
        self.next(self.twos)

    @step
    def ones(self, inputs):
        self.next(self.join)

    @step
    def twos(self, inputs):
        self.next(self.join)

    @step
    def join(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    CrossFlow()
