# The SDK imported as a module and under other names.
import metaflow as mf
from metaflow import step as node


class AliasFlow(mf.FlowSpec):
    size = mf.Parameter("size", default=2)

    @node
    def start(self):
        self.xs = list(range(self.size))
        self.next(self.square, foreach="xs")

    @mf.retry(times=1)
    @mf.step
    def square(self):
        self.y = self.input**2
        self.next(self.total)

    @node
    def total(self, inputs):
        self.ys = sum(i.y for i in inputs)
        self.next(self.end)

    @node
    def end(self):
        print(self.ys)


if __name__ == "__main__":
    AliasFlow()
