# a join without a split
from metaflow import FlowSpec, step


class NothingToJoin(FlowSpec):
    @step
    def start(self):
        self.next(self.join)

    @step
    def join(self, inputs):  # SP123
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    NothingToJoin()
