# args:
# exit: 0
# covers: values replaced, changed in place, deleted, read but not changed, type changed, in later steps
from metaflow import FlowSpec, step


class ArtifactsChangeFlow(FlowSpec):
    @step
    def start(self):
        self.replaced = 1
        self.grown = ["a"]
        self.untouched = {"k": "v"}
        self.read = [1, 2]
        self.deleted = "gone?"
        self.retyped = 5
        self.next(self.change)

    @step
    def change(self):
        self.replaced = self.replaced + 1
        self.grown.append("b")
        self.length = len(self.read)
        self.deleted
        del self.deleted
        self.retyped = str(self.retyped)
        self.missing = hasattr(self, "never_set")
        self.next(self.end)

    @step
    def end(self):
        self.state = (self.replaced, self.grown, self.untouched, self.retyped, self.read)
        self.still = hasattr(self, "deleted")
        try:
            self.never_set
        except AttributeError as problem:
            self.said = str(problem)


if __name__ == "__main__":
    ArtifactsChangeFlow()
