# Joins name their argument as they like, one with a type and one positional only.
from typing import Any

from metaflow import FlowSpec, step


class NamesFlow(FlowSpec):
    @step
    def start(this):
        this.next(this.a, this.b) if False else None
        this.seen = 1
        self = this
        self.next(self.a, self.b)

    @step
    def a(self):
        self.v = self.seen
        self.next(self.j)

    @step
    def b(self):
        self.v = self.seen + 1
        self.next(self.j)

    @step
    def j(self, branches: Any):
        self.v = sum(b.v for b in branches)
        self.next(self.end)

    @step
    def end(self):
        print(self.v)


if __name__ == "__main__":
    NamesFlow()
