# The join of a foreach without its second argument.
from metaflow import FlowSpec, step


class NoInputsFlow(FlowSpec):
    @step
    def start(self):
        self.items = [1, 2]
        self.next(self.work, foreach="items")

    @step
    def work(self):
        self.y = self.input
        self.next(self.join)

    @step
    def join(self):
        self.total = 0
        self.next(self.end)

    @step
    def end(self):
        print(self.total)


if __name__ == "__main__":
    NoInputsFlow()
