# args:
# exit: 0
# covers: a split within a branch of a split, two joins
from metaflow import FlowSpec, step


class NestedSplitFlow(FlowSpec):
    @step
    def start(self):
        self.path = "s"
        self.next(self.wide, self.narrow)

    @step
    def wide(self):
        self.path += "w"
        self.next(self.wide_a, self.wide_b)

    @step
    def wide_a(self):
        self.path += "a"
        self.next(self.wide_join)

    @step
    def wide_b(self):
        self.path += "b"
        self.next(self.wide_join)

    @step
    def wide_join(self, inputs):
        self.path = "|".join(sorted(i.path for i in inputs))
        self.next(self.outer_join)

    @step
    def narrow(self):
        self.path += "n"
        self.next(self.outer_join)

    @step
    def outer_join(self, inputs):
        self.paths = {"wide": inputs.wide_join.path, "narrow": inputs.narrow.path}
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    NestedSplitFlow()
