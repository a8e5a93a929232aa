# Targets as a list with a star.
from metaflow import FlowSpec, step


class StarFlow(FlowSpec):
    @step
    def start(self):
        branches = [self.a, self.b]
        self.next(*branches)

    @step
    def a(self):
        self.next(self.join)

    @step
    def b(self):
        self.next(self.join)

    @step
    def join(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    StarFlow()
