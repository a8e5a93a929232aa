# condition= on a transition that is no switch.
from metaflow import FlowSpec, step


class ConditionFlow(FlowSpec):
    @step
    def start(self):
        self.kind = "a"
        self.next(self.one, self.two, condition="kind")

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
    ConditionFlow()
