# a step leads back to an earlier one
from metaflow import FlowSpec, step


class Loop(FlowSpec):
    @step
    def start(self):
        self.next(self.middle)

    @step
    def middle(self):
        self.next(self.later)

    @step
    def later(self):
        self.next(self.middle)  # SP119

    @step
    def end(self):
        pass


if __name__ == "__main__":
    Loop()
