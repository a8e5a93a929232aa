# there is no first step
from metaflow import FlowSpec, step


class NoStart(FlowSpec):  # SP103
    @step
    def begin(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    NoStart()
