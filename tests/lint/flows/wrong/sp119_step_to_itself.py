# A plain step that repeats itself.
from metaflow import FlowSpec, step


class SelfFlow(FlowSpec):
    @step
    def start(self):
        self.n = 0
        self.next(self.count)

    @step
    def count(self):
        self.n += 1
        self.next(self.count)

    @step
    def end(self):
        print(self.n)


if __name__ == "__main__":
    SelfFlow()
