# args: --max-workers 1
# exit: 1
# covers: the second of three items fails, one at a time: the first is kept, the third is never started
from metaflow import FlowSpec, step


class FailForeachFlow(FlowSpec):
    @step
    def start(self):
        self.items = [4, 0, 2]
        self.next(self.divide, foreach="items")

    @step
    def divide(self):
        self.part = 8 // self.input
        self.next(self.join)

    @step
    def join(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    FailForeachFlow()
