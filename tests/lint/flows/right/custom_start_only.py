# Only the first step is annotated; the last is called end.
from metaflow import FlowSpec, step


class HalfFlow(FlowSpec):
    @step
    def end(self):
        print(self.greeting)

    @step(start=True)
    def begin(self):
        self.greeting = "hello"
        self.next(self.end)


if __name__ == "__main__":
    HalfFlow()
