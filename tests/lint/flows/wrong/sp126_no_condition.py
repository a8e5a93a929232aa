# A switch that does not say what it switches on.
from metaflow import FlowSpec, step


class NoConditionFlow(FlowSpec):
    @step
    def start(self):
        self.kind = "a"
        self.next({"a": self.one, "b": self.two})

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
    NoConditionFlow()
