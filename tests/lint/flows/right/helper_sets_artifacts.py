# A helper method sets artifacts for the step that calls it; a function outside of the class gets the flow as argument.
from metaflow import FlowSpec, step


def fill(flow, value):
    flow.filled = value


class DelegatingFlow(FlowSpec):
    def prepare(self):
        self.rows = [1, 2]
        self._count()

    def _count(self):
        self.n = len(self.rows)

    @step
    def start(self):
        self.prepare()
        fill(self, "x")
        self.next(self.loop, foreach="rows")

    @step
    def loop(self):
        self.scaled = self.input * self.n
        self.next(self.join)

    @step
    def join(self, inputs):
        self.scaled = [i.scaled for i in inputs]
        self.filled = inputs[0].filled
        self.next(self.end)

    @step
    def end(self):
        print(self.scaled, self.filled)


if __name__ == "__main__":
    DelegatingFlow()
