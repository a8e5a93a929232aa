# args:
# exit: 1
# covers: foreach over nothing
from metaflow import FlowSpec, step


class FailEmptyForeachFlow(FlowSpec):
    @step
    def start(self):
        self.items = []
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
    FailEmptyForeachFlow()
