# args: --road left
# exit: 0
# covers: switches on a text, a number and a truth; paths that meet again; one case that ends the flow early
from metaflow import FlowSpec, Parameter, step


class Switching(FlowSpec):
    road = Parameter("road", default="right")

    @step
    def start(self):
        self.choice = self.road
        self.next({"left": self.go_left, "right": self.go_right}, condition="choice")

    @step
    def go_left(self):
        self.went = "left"
        self.next(self.number)

    @step
    def go_right(self):
        self.went = "right"
        self.next(self.number)

    @step
    def number(self):
        self.level = 2
        self.next({1: self.low, 2: self.high}, condition="level")

    @step
    def low(self):
        self.next(self.truth)

    @step
    def high(self):
        self.high_seen = True
        self.next(self.truth)

    @step
    def truth(self):
        self.enough = self.went == "left"
        self.next({True: self.end, False: self.more}, condition="enough")

    @step
    def more(self):
        self.next(self.end)

    @step
    def end(self):
        print("went", self.went)


if __name__ == "__main__":
    Switching()
