# a join merges what its branches set differently
from metaflow import FlowSpec, step


class MergedApart(FlowSpec):
    @step
    def start(self):
        self.next(self.a, self.b)

    @step
    def a(self):
        self.x = 1
        self.next(self.join)

    @step
    def b(self):
        self.x = 2
        self.next(self.join)

    @step
    def join(self, inputs):
        self.merge_artifacts(inputs)  # SP204
        self.next(self.end)

    @step
    def end(self):
        print(self.x)


if __name__ == "__main__":
    MergedApart()
