# A transition to nowhere.
from metaflow import FlowSpec, step


class NowhereFlow(FlowSpec):
    @step
    def start(self):
        self.x = 1
        self.next()

    @step
    def end(self):
        print(self.x)


if __name__ == "__main__":
    NowhereFlow()
