# args:
# exit: 1
# covers: reading an artifact that no step has set; one lost in a join
from metaflow import FlowSpec, step


class FailAttributeFlow(FlowSpec):
    @step
    def start(self):
        self.lost = 1
        self.next(self.a, self.b)

    @step
    def a(self):
        self.next(self.join)

    @step
    def b(self):
        self.next(self.join)

    @step
    def join(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        self.value = self.lost + 1


if __name__ == "__main__":
    FailAttributeFlow()
