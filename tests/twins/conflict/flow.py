# exit: 1
# covers: a join that merges what conflicts fails the run
from metaflow import FlowSpec, step


class Conflict(FlowSpec):
    @step
    def start(self):
        self.next(self.one, self.two)

    @step
    def one(self):
        self.clash = 1
        self.next(self.join)

    @step
    def two(self):
        self.clash = 2
        self.next(self.join)

    @step
    def join(self, inputs):
        self.merge_artifacts(inputs)
        self.next(self.end)

    @step
    def end(self):
        print("not reached")


if __name__ == "__main__":
    Conflict()
