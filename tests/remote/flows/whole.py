import os
import sys

from metaflow import FlowSpec, Parameter, current, step

from lib.near import double


class Whole(FlowSpec):
    alpha = Parameter("alpha", default=3, type=int)

    @step
    def start(self):
        print("hello from", current.step_name)
        print("and an error", file=sys.stderr)
        self.items = [1, 2, 3]
        self.large = bytes(range(256)) * (40 << 10)
        self.zeros = bytes(70 << 20)
        self.text = "ü" * 1000
        self.next(self.body, foreach="items")

    @step
    def body(self):
        assert "SECRET" not in os.environ, "the container's environment is its own"
        self.doubled = double(self.input) + self.alpha
        print("item", self.input)
        self.next(self.join)

    @step
    def join(self, inputs):
        self.total = sum(i.doubled for i in inputs)
        self.merge_artifacts(inputs, include=["large", "text", "zeros"])
        self.next(self.end)

    @step
    def end(self):
        assert len(self.large) == 10 << 20 and len(self.zeros) == 70 << 20
        print("total", self.total, self.text[:1])


if __name__ == "__main__":
    Whole()
