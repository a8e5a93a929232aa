# A step of which only the docstring is written.
from metaflow import FlowSpec, step


class StubFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.later)

    @step
    def later(self):
        """Will call self.next(self.end) some day."""

    @step
    def end(self):
        pass


if __name__ == "__main__":
    StubFlow()
