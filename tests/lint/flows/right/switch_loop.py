# A step that repeats itself until the loss is small enough.
from metaflow import FlowSpec, step


class DescentFlow(FlowSpec):
    @step
    def start(self):
        self.w, self.loss = 10.0, 100.0
        self.next(self.improve)

    @step
    def improve(self):
        self.w -= 0.2 * self.w
        self.loss = self.w**2
        self.state = "done" if self.loss < 0.01 else "again"
        self.next({"again": self.improve, "done": self.end}, condition="state")

    @step
    def end(self):
        print("weight", self.w)


if __name__ == "__main__":
    DescentFlow()
