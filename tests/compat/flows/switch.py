# args: --road left
# exit: 0
# covers: a switch on a parameter's value, paths that meet again in a plain step
from metaflow import FlowSpec, Parameter, step


class SwitchFlow(FlowSpec):
    road = Parameter("road", default="right")

    @step
    def start(self):
        self.choice = self.road
        self.next({"left": self.go_left, "right": self.go_right}, condition="choice")

    @step
    def go_left(self):
        self.went = "left"
        self.next(self.end)

    @step
    def go_right(self):
        self.went = "right"
        self.next(self.end)

    @step
    def end(self):
        print("went", self.went)


if __name__ == "__main__":
    SwitchFlow()
