# a switch has no case for what is set
from metaflow import FlowSpec, step


class NoCase(FlowSpec):
    @step
    def start(self):
        self.way = "c"
        self.next({"a": self.a, "b": self.end}, condition="way")  # SP215

    @step
    def a(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    NoCase()
