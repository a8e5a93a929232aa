# args: --max-num-splits 2
# exit: 1
# covers: a foreach wider than --max-num-splits
from metaflow import FlowSpec, step


class MaxNumSplitsFlow(FlowSpec):
    @step
    def start(self):
        self.items = [1, 2, 3]
        self.next(self.body, foreach="items")

    @step
    def body(self):
        self.next(self.join)

    @step
    def join(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    MaxNumSplitsFlow()
