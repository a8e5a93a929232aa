# A foreach and a switch in one transition.
from metaflow import FlowSpec, step


class BothFlow(FlowSpec):
    @step
    def start(self):
        self.items, self.kind = [1], "a"
        self.next({"a": self.a, "b": self.b}, condition="kind", foreach="items")

    @step
    def a(self):
        self.next(self.end)

    @step
    def b(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    BothFlow()
