# A switch that is given the value instead of the artifact's name.
from metaflow import FlowSpec, step


class ValueFlow(FlowSpec):
    @step
    def start(self):
        self.kind = "a"
        self.next({"a": self.one, "b": self.two}, condition=self.kind)

    @step
    def one(self):
        self.next(self.end)

    @step
    def two(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    ValueFlow()
