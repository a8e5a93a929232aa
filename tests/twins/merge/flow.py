# exit: 0
# covers: merge_artifacts: what conflicts is refused, then set by the join, left out, or not included
from metaflow import FlowSpec, step


class Merging(FlowSpec):
    @step
    def start(self):
        self.common = "same everywhere"
        self.clash = 0
        self.unwanted = "drop me"
        self.next(self.one, self.two)

    @step
    def one(self):
        self.clash = 1
        self.from_one = [1, 1]
        self.next(self.resolve)

    @step
    def two(self):
        self.clash = 2
        self.from_two = {"two": 2}
        self.next(self.resolve)

    @step
    def resolve(self, inputs):
        self.refused = []
        try:
            self.merge_artifacts(inputs)
        except Exception:
            self.refused = self.refused + ["all"]
        try:
            self.merge_artifacts(inputs, include=["common", "clash"])
        except Exception:
            self.refused = self.refused + ["included"]
        self.clash = sum(i.clash for i in inputs)
        self.merge_artifacts(inputs, exclude=["unwanted"])
        self.next(self.again)

    @step
    def again(self):
        self.next(self.three, self.four)

    @step
    def three(self):
        self.extra = 3
        self.next(self.picky)

    @step
    def four(self):
        self.extra = 4
        self.next(self.picky)

    @step
    def picky(self, inputs):
        self.merge_artifacts(inputs, include=["common", "clash"])
        self.next(self.end)

    @step
    def end(self):
        print(self.common, self.clash)


if __name__ == "__main__":
    Merging()
