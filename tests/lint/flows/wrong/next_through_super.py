# The overriding step leaves the transition to the step it overrides.
from metaflow import FlowSpec, step


class Base(FlowSpec):
    @step
    def start(self):
        self.x = 1
        self.next(self.end)

    @step
    def end(self):
        pass


class ChildFlow(Base):
    @step
    def start(self):
        self.y = 2
        super().start()

    @step
    def end(self):
        pass


if __name__ == "__main__":
    ChildFlow()
