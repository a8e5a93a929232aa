# The way is chosen by if and else instead of a switch.
from metaflow import FlowSpec, Parameter, step


class ChoiceFlow(FlowSpec):
    fast = Parameter("fast", default=False)

    @step
    def start(self):
        if self.fast:
            self.next(self.quick)
        else:
            self.next(self.slow)

    @step
    def quick(self):
        self.next(self.end)

    @step
    def slow(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    ChoiceFlow()
