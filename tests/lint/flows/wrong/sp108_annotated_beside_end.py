# A step after end is annotated as the end.
from metaflow import FlowSpec, step


class AfterEndFlow(FlowSpec):
    @step
    def start(self):
        self.x = 1
        self.next(self.end)

    @step
    def end(self):
        self.next(self.cleanup)

    @step(end=True)
    def cleanup(self):
        print(self.x)


if __name__ == "__main__":
    AfterEndFlow()
