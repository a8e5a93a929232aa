# Each case of a switch has a foreach of its own.
from metaflow import FlowSpec, step


class CaseLoopFlow(FlowSpec):
    @step
    def start(self):
        self.mode = "grid"
        self.next({"grid": self.grid, "random": self.random}, condition="mode")

    @step
    def grid(self):
        self.points = [1, 2, 3]
        self.next(self.try_grid, foreach="points")

    @step
    def try_grid(self):
        self.loss = self.input**2
        self.next(self.best_of_grid)

    @step
    def best_of_grid(self, inputs):
        self.best = min(i.loss for i in inputs)
        self.next(self.end)

    @step
    def random(self):
        self.points = [0.3, 0.7]
        self.next(self.try_random, foreach="points")

    @step
    def try_random(self):
        self.loss = self.input / 2
        self.next(self.best_of_random)

    @step
    def best_of_random(self, inputs):
        self.best = min(i.loss for i in inputs)
        self.next(self.end)

    @step
    def end(self):
        print(self.best)


if __name__ == "__main__":
    CaseLoopFlow()
