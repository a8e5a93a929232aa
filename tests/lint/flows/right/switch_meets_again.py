# Cases take ways of different lengths and meet in a plain step.
from metaflow import FlowSpec, Parameter, step


class GateFlow(FlowSpec):
    mode = Parameter("mode", default="quick")

    @step
    def start(self):
        self.kind = self.mode
        self.next({"quick": self.quick, "full": self.prepare}, condition="kind")

    @step
    def quick(self):
        self.score = 0.5
        self.next(self.publish)

    @step
    def prepare(self):
        self.features = list("abc")
        self.next(self.full)

    @step
    def full(self):
        self.score = len(self.features) / 3
        self.next(self.publish)

    @step
    def publish(self):
        print("score", self.score)
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    GateFlow()
