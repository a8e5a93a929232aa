# args:
# exit: 1
# covers: foreach over something that is no collection
from metaflow import FlowSpec, step


class FailNotIterableFlow(FlowSpec):
    @step
    def start(self):
        self.items = 5
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
    FailNotIterableFlow()
