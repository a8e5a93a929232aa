# A wide split whose branches are of different lengths.
from metaflow import FlowSpec, step


class WideFlow(FlowSpec):
    @step
    def start(self):
        self.base = 1
        self.next(self.a, self.b, self.c, self.d, self.e)

    @step
    def a(self):
        self.out = self.base + 1
        self.next(self.join)

    @step
    def b(self):
        self.out = self.base + 2
        self.next(self.b2)

    @step
    def b2(self):
        self.out *= 2
        self.next(self.join)

    @step
    def c(self):
        self.out = 0
        self.next(self.c2)

    @step
    def c2(self):
        self.next(self.c3)

    @step
    def c3(self):
        self.out += 1
        self.next(self.join)

    @step
    def d(self):
        self.out = -1
        self.next(self.join)

    @step
    def e(self):
        self.out = None
        self.next(self.join)

    @step
    def join(self, inputs):
        self.best = max(i.out for i in inputs if i.out is not None)
        self.next(self.end)

    @step
    def end(self):
        print(self.best)


if __name__ == "__main__":
    WideFlow()
