# exit: 0
# covers: steps in a row; an artifact that is zero, one that is replaced, one that is passed on
from metaflow import FlowSpec, step


class Linear(FlowSpec):
    @step
    def start(self):
        self.x = 1
        self.zero = 0
        self.name_of_it = "ünïcode"
        self.next(self.middle)

    @step
    def middle(self):
        self.y = self.x + 1
        self.x = 10
        self.next(self.end)

    @step
    def end(self):
        print("x is %d and y is %d" % (self.x, self.y))


if __name__ == "__main__":
    Linear()
