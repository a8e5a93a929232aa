# exit: 0
# covers: a split of three, a split within a branch, their joins
from metaflow import FlowSpec, step


class SplitUp(FlowSpec):
    @step
    def start(self):
        self.base = 100
        self.next(self.left, self.middle, self.right)

    @step
    def left(self):
        self.part = self.base + 1
        self.next(self.together)

    @step
    def middle(self):
        self.next(self.upper, self.lower)

    @step
    def upper(self):
        self.piece = "up"
        self.next(self.meet)

    @step
    def lower(self):
        self.piece = "low"
        self.next(self.meet)

    @step
    def meet(self, inputs):
        self.pieces = [i.piece for i in inputs]
        self.part = 2
        self.next(self.together)

    @step
    def right(self):
        self.part = self.base + 3
        self.next(self.together)

    @step
    def together(self, inputs):
        self.parts = [i.part for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print("parts", sum(self.parts))


if __name__ == "__main__":
    SplitUp()
