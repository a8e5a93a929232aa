# nothing leads to a step
from metaflow import FlowSpec, step


class Unreachable(FlowSpec):
    @step
    def start(self):
        self.next(self.end)

    @step
    def old(self):  # SP120
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    Unreachable()
