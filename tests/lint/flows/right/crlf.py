# Line ends of Windows.
from metaflow import FlowSpec, step


class WindowsFlow(FlowSpec):
    @step
    def start(self):
        self.path = r"C:\data\new"
        self.text = """two
lines"""
        self.next(
            self.a,
            self.b,
        )

    @step
    def a(self):
        self.n = len(self.text)
        self.next(self.join)

    @step
    def b(self):
        self.m = len(self.path)
        self.next(self.join)

    @step
    def join(self, inputs):
        self.sum = inputs.a.n + inputs.b.m
        self.next(self.end)

    @step
    def end(self):
        print(self.sum)


if __name__ == "__main__":
    WindowsFlow()
