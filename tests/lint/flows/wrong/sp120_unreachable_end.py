# The end is left out: the last step before it leads into nothing but itself.
from metaflow import FlowSpec, step


class EndlessFlow(FlowSpec):
    @step
    def start(self):
        self.state = "go"
        self.next({"go": self.work, "stay": self.work}, condition="state")

    @step
    def work(self):
        self.next({"go": self.work, "stay": self.work}, condition="state")

    @step
    def end(self):
        pass


if __name__ == "__main__":
    EndlessFlow()
