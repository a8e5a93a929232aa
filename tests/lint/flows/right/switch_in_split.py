# One branch of a split chooses between two ways before it comes to the join.
from metaflow import FlowSpec, step


class BranchSwitchFlow(FlowSpec):
    @step
    def start(self):
        self.size = 120
        self.next(self.decide, self.describe)

    @step
    def decide(self):
        self.how = "big" if self.size > 100 else "small"
        self.next({"big": self.sample, "small": self.take_all}, condition="how")

    @step
    def sample(self):
        self.used = self.size // 10
        self.next(self.ready)

    @step
    def take_all(self):
        self.used = self.size
        self.next(self.ready)

    @step
    def ready(self):
        self.next(self.join)

    @step
    def describe(self):
        self.text = f"{self.size} rows"
        self.next(self.join)

    @step
    def join(self, inputs):
        self.merge_artifacts(inputs)
        self.next(self.end)

    @step
    def end(self):
        print(self.used, self.text)


if __name__ == "__main__":
    BranchSwitchFlow()
