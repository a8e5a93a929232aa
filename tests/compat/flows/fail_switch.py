# args:
# exit: 1
# covers: a switch on a value that has no case
from metaflow import FlowSpec, step


class FailSwitchFlow(FlowSpec):
    @step
    def start(self):
        self.choice = "sideways"
        self.next({"left": self.left, "right": self.right}, condition="choice")

    @step
    def left(self):
        self.next(self.end)

    @step
    def right(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    FailSwitchFlow()
