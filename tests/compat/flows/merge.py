# args:
# exit: 0
# covers: merge_artifacts after a conflict is resolved, with exclude, with include; the errors it raises
from metaflow import FlowSpec, step
from metaflow.exception import MetaflowException


class MergeFlow(FlowSpec):
    @step
    def start(self):
        self.common = "same everywhere"
        self.clash = 0
        self.unwanted = "drop me"
        self.next(self.one, self.two)

    @step
    def one(self):
        self.clash = 1
        self.from_one = "one"
        self.next(self.resolve)

    @step
    def two(self):
        self.clash = 2
        self.from_two = "two"
        self.next(self.resolve)

    @step
    def resolve(self, inputs):
        self.refusals = []
        self.attempt_merge(inputs)
        self.attempt_merge(inputs, include=["common", "nowhere"])
        self.attempt_merge(inputs, include=["common"], exclude=["clash"])
        self.clash = inputs.one.clash + inputs.two.clash
        self.merge_artifacts(inputs, exclude=["unwanted"])
        self.next(self.again)

    @step
    def again(self):
        self.next(self.three, self.four)

    def attempt_merge(self, inputs, **options):
        try:
            self.merge_artifacts(inputs, **options)
        except MetaflowException as refused:
            names = getattr(refused, "artifact_names", None)
            self.refusals.append((type(refused).__name__, sorted(names) if names else None))

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
        names = ("common", "clash", "unwanted", "from_one", "from_two", "refusals", "extra")
        self.kept = [n for n in names if hasattr(self, n)]


if __name__ == "__main__":
    MergeFlow()
