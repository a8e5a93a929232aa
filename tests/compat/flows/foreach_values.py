# args:
# exit: 0
# covers: how foreach values of all sorts are written into the stack: long ones, numbers, None, containers, objects
from metaflow import FlowSpec, step


class Thing:
    """Has a repr of its own."""

    def __init__(self, size):
        self.size = size

    def __repr__(self):
        return "Thing of size " + "x" * self.size


class ForeachValuesFlow(FlowSpec):
    @step
    def start(self):
        self.items = [
            "a word that is clearly longer than thirty characters",
            3.5,
            True,
            None,
            {"key": list(range(12)), "other": "value"},
            Thing(40),
            "a=b,c:d/e",
            b"raw\xff",
        ]
        self.next(self.body, foreach="items")

    @step
    def body(self):
        self.kind = type(self.input).__name__
        self.next(self.join)

    @step
    def join(self, inputs):
        self.kinds = [i.kind for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    ForeachValuesFlow()
