# args:
# exit: 1
# covers: self.next called twice in one step
from metaflow import FlowSpec, step


class FailNextMismatchFlow(FlowSpec):
    @step
    def start(self):
        if len("ab") == 2:
            self.next(self.middle)
        self.next(self.middle)

    @step
    def middle(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    FailNextMismatchFlow()
