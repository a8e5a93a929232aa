# args:
# exit: 0
# covers: a renamed start step that splits, a renamed end step, node_info on a step
from metaflow import FlowSpec, step


class CustomStartSplitFlow(FlowSpec):
    @step(start=True, node_info={"team": "tests", "level": 2})
    def open_up(self):
        self.base = 10
        self.next(self.left, self.right)

    @step
    def left(self):
        self.value = self.base + 1
        self.next(self.meet)

    @step
    def right(self):
        self.value = self.base + 2
        self.next(self.meet)

    @step
    def meet(self, inputs):
        self.values = sorted(i.value for i in inputs)
        self.next(self.close_down)

    @step(end=True)
    def close_down(self):
        self.total = sum(self.values)


if __name__ == "__main__":
    CustomStartSplitFlow()
