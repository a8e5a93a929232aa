# The first step is called begin, and nothing says that it is the first.
from metaflow import FlowSpec, step


class BeginFlow(FlowSpec):
    @step
    def begin(self):
        self.x = 1
        self.next(self.end)

    @step
    def end(self):
        print(self.x)


if __name__ == "__main__":
    BeginFlow()
