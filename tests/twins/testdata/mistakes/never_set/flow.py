# an artifact is read that nothing sets
from metaflow import FlowSpec, step


class NeverSet(FlowSpec):
    @step
    def start(self):
        self.x = 1
        self.next(self.end)

    @step
    def end(self):
        print(self.x, self.y)  # SP201


if __name__ == "__main__":
    NeverSet()
