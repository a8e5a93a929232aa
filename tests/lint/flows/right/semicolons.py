# Several statements on a line.
from metaflow import FlowSpec, step


class DenseFlow(FlowSpec):
    @step
    def start(self): self.a = 1; self.b = 2; self.next(self.x, self.y)

    @step
    def x(self): self.c = self.a; self.next(self.j);

    @step
    def y(self): self.c = self.b; self.next(self.j)

    @step
    def j(self, inputs): self.c = [i.c for i in inputs]; self.next(self.end)

    @step
    def end(self): print(self.c)


if __name__ == "__main__": DenseFlow()
