# One step is annotated as the start, another one is called start.
from metaflow import FlowSpec, step


class AmbiguousFlow(FlowSpec):
    @step(start=True)
    def load(self):
        self.rows = [1]
        self.next(self.start)

    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        print(self.rows)


if __name__ == "__main__":
    AmbiguousFlow()
