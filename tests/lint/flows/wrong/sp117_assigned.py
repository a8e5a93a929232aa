# The result of self.next is assigned.
from metaflow import FlowSpec, step


class AssignedFlow(FlowSpec):
    @step
    def start(self):
        self.x = 1
        _ = self.next(self.end)

    @step
    def end(self):
        print(self.x)


if __name__ == "__main__":
    AssignedFlow()
