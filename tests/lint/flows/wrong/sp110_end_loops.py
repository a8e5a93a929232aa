# The end step goes on to itself.
from metaflow import FlowSpec, step


class ForeverFlow(FlowSpec):
    @step
    def start(self):
        self.n = 0
        self.next(self.end)

    @step
    def end(self):
        self.n += 1
        self.next(self.end)


if __name__ == "__main__":
    ForeverFlow()
