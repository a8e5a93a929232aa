# args:
# exit: 1
# covers: a graph with a step nobody reaches is refused before a run exists
from metaflow import FlowSpec, step


class FailGraphFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.end)

    @step
    def island(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    FailGraphFlow()
