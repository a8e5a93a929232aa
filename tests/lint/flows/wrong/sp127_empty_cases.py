# A switch whose cases are yet to be written.
from metaflow import FlowSpec, step


class EmptySwitchFlow(FlowSpec):
    @step
    def start(self):
        self.kind = "a"
        self.next({}, condition="kind")

    @step
    def end(self):
        pass


if __name__ == "__main__":
    EmptySwitchFlow()
