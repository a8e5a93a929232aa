# The target is a helper method, not a step.
from metaflow import FlowSpec, step


class HelperTargetFlow(FlowSpec):
    def clean(self):
        self.rows = []

    @step
    def start(self):
        self.next(self.clean)

    @step
    def end(self):
        print(self.rows)


if __name__ == "__main__":
    HelperTargetFlow()
