# args: --class-name x
# exit: 0
# covers: steps and artifacts with awkward names, a parameter whose name differs from its attribute
from metaflow import FlowSpec, Parameter, step


class NamesFlow(FlowSpec):
    kind = Parameter("class-name", default="k")

    @step
    def start(self):
        self.items = [1]
        self.data = "data"
        self.id = 5
        self.pathspec = "not a path"
        self.tags = ["a"]
        self.Upper_Case1 = True
        self.next(self.step_2)

    @step
    def step_2(self):
        self.run = self.kind
        self.next(self.end)

    @step
    def end(self):
        self.all = [self.data, self.id, self.pathspec, self.tags, self.Upper_Case1, self.run]


if __name__ == "__main__":
    NamesFlow()
