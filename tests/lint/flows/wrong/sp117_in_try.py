# The transition stands in the else of a try.
from metaflow import FlowSpec, step


class TryFlow(FlowSpec):
    @step
    def start(self):
        try:
            self.x = int("7")
        except ValueError:
            raise
        else:
            self.next(self.end)

    @step
    def end(self):
        print(self.x)


if __name__ == "__main__":
    TryFlow()
