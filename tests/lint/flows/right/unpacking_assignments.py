# Artifacts as targets of unpacking, augmented and chained assignments.
from metaflow import FlowSpec, step


class UnpackFlow(FlowSpec):
    @step
    def start(self):
        self.a, (self.b, *self.rest) = 1, (2, 3, 4)
        self.x = self.y = 0
        [self.first, self.second] = "ab"
        self.next(self.more)

    @step
    def more(self):
        self.x += self.a
        self.y -= self.b
        self.rest.append(5)
        self.both = {"x": self.x, **{"y": self.y}}
        self.next(self.end)

    @step
    def end(self):
        print(self.both, self.rest, self.first, self.second)


if __name__ == "__main__":
    UnpackFlow()
