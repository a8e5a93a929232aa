# args:
# exit: 0
# covers: foreach over one item; a join that passes everything on
from metaflow import FlowSpec, step


class ForeachSingleFlow(FlowSpec):
    @step
    def start(self):
        self.items = ("only",)
        self.next(self.body, foreach="items")

    @step
    def body(self):
        self.got = (self.index, self.input)
        self.next(self.join)

    @step
    def join(self, inputs):
        self.merge_artifacts(inputs)
        self.next(self.end)

    @step
    def end(self):
        self.outside = (self.index, self.input, self.foreach_stack())


if __name__ == "__main__":
    ForeachSingleFlow()
