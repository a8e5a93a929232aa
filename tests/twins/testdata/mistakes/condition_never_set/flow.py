# nothing sets what a switch looks at
from metaflow import FlowSpec, step


class ConditionNeverSet(FlowSpec):
    @step
    def start(self):
        self.next({"a": self.a, "b": self.end}, condition="way")  # SP214

    @step
    def a(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    ConditionNeverSet()
