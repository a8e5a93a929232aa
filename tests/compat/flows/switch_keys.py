# args:
# exit: 0
# covers: switches on an integer and on a boolean, one after the other, two cases with one target
from metaflow import FlowSpec, step


class SwitchKeysFlow(FlowSpec):
    @step
    def start(self):
        self.level = 2
        self.next({1: self.low, 2: self.high, 3: self.high}, condition="level")

    @step
    def low(self):
        self.seen = ["low"]
        self.next(self.decide)

    @step
    def high(self):
        self.seen = ["high"]
        self.next(self.decide)

    @step
    def decide(self):
        self.good = len(self.seen) == 1
        self.next({True: self.yes, False: self.no}, condition="good")

    @step
    def yes(self):
        self.seen = self.seen + ["yes"]
        self.next(self.end)

    @step
    def no(self):
        self.seen = self.seen + ["no"]
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    SwitchKeysFlow()
