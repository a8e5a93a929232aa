# A switch whose case is a variable.
from metaflow import FlowSpec, step

CHEAP = "cheap"


class VariableFlow(FlowSpec):
    @step
    def start(self):
        self.plan = CHEAP
        self.next({CHEAP: self.small, "dear": self.big}, condition="plan")

    @step
    def small(self):
        self.next(self.end)

    @step
    def big(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    VariableFlow()
