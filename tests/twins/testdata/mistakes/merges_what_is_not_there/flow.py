# a join merges a name that no branch has
from metaflow import FlowSpec, step


class MergesWhatIsNotThere(FlowSpec):
    @step
    def start(self):
        self.x = 1
        self.next(self.a, self.b)

    @step
    def a(self):
        self.next(self.join)

    @step
    def b(self):
        self.next(self.join)

    @step
    def join(self, inputs):
        self.merge_artifacts(inputs, include=["x", "y"])  # SP213
        self.next(self.end)

    @step
    def end(self):
        print(self.x)


if __name__ == "__main__":
    MergesWhatIsNotThere()
