# args:
# exit: 0
# covers: static split into three, join by step name, by index and by iteration
from metaflow import FlowSpec, step


class SplitFlow(FlowSpec):
    @step
    def start(self):
        self.seed = 7
        self.next(self.red, self.green, self.blue)

    @step
    def red(self):
        self.shade = self.seed * 1
        self.only_red = True
        self.next(self.mix)

    @step
    def green(self):
        self.shade = self.seed * 2
        self.next(self.mix)

    @step
    def blue(self):
        self.shade = self.seed * 3
        self.next(self.mix)

    @step
    def mix(self, inputs):
        self.by_name = (inputs.red.shade, inputs.green.shade, inputs.blue.shade)
        self.by_iteration = sorted(i.shade for i in inputs)
        self.by_index = sorted([inputs[0].shade, inputs[1].shade, inputs[2].shade])
        self.seeds = {i.seed for i in inputs}
        self.who = [hasattr(i, "only_red") for i in (inputs.red, inputs.green)]
        self.next(self.end)

    @step
    def end(self):
        # Nothing of the branches survives the join unless it was taken over.
        self.left_over = [n for n in ("seed", "shade", "only_red") if hasattr(self, n)]


if __name__ == "__main__":
    SplitFlow()
