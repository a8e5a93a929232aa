# Python 2 left over in a step.
from metaflow import FlowSpec, step


class OldFlow(FlowSpec):
    @step
    def start(self):
        self.value = 3
        self.next(self.end)

    @step
    def end(self):
        print "value", self.value


if __name__ == "__main__":
    OldFlow()
