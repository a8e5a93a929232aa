# The transition is made by a function inside of the step.
from metaflow import FlowSpec, step


class ClosureFlow(FlowSpec):
    @step
    def start(self):
        def go():
            self.next(self.end)

        go()

    @step
    def end(self):
        pass


if __name__ == "__main__":
    ClosureFlow()
