# an artifact is set on one path only
from metaflow import FlowSpec, Parameter, step


class NotOnEveryPath(FlowSpec):
    way = Parameter("way", default="a")

    @step
    def start(self):
        self.choice = self.way
        self.next({"a": self.a, "b": self.b}, condition="choice")

    @step
    def a(self):
        self.found = 1
        self.next(self.end)

    @step
    def b(self):
        self.next(self.end)

    @step
    def end(self):
        print(self.found)  # SP202


if __name__ == "__main__":
    NotOnEveryPath()
