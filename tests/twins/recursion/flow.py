# exit: 0
# covers: a switch that leads back to its own step, within a foreach
from metaflow import FlowSpec, step


class Recursion(FlowSpec):
    @step
    def start(self):
        self.values = [20, 3]
        self.next(self.prepare, foreach="values")

    @step
    def prepare(self):
        self.value = self.input
        self.rounds = []
        self.next(self.halve)

    @step
    def halve(self):
        self.value = self.value // 2
        self.rounds = self.rounds + [self.value]
        self.verdict = "stop" if self.value <= 1 else "again"
        self.next({"again": self.halve, "stop": self.after}, condition="verdict")

    @step
    def after(self):
        self.count = len(self.rounds)
        self.next(self.join)

    @step
    def join(self, inputs):
        self.counts = [i.count for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print("rounds", *self.counts)


if __name__ == "__main__":
    Recursion()
