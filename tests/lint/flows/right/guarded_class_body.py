# Constants computed in the class body, a nested class and a loop in it.
from metaflow import FlowSpec, Parameter, step


class BodyFlow(FlowSpec):
    sizes = [2**n for n in range(4)]
    if max(sizes) > 4:
        label = "big"
    else:
        label = "small"

    depth = Parameter("depth", default=sizes[-1])

    class Settings:
        retries = 2

        def next(self):
            return self.retries

    @step
    def start(self):
        self.total = sum(self.sizes) * self.depth + self.Settings().next()
        self.next(self.end)

    @step
    def end(self):
        print(self.label, self.total)


if __name__ == "__main__":
    BodyFlow()
