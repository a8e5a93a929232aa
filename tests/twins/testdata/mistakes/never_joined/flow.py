# a split's branches go to the end
from metaflow import FlowSpec, step


class NeverJoined(FlowSpec):
    @step
    def start(self):
        self.next(self.a, self.b)  # SP121

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
    NeverJoined()
