# exit: 0
# covers: a foreach over dictionaries; the item in its body and in the step behind it; more items than fit in one message
from metaflow import FlowSpec, step


class Fan(FlowSpec):
    @step
    def start(self):
        self.points = [{"x": n, "y": n / 2} for n in range(20)]
        self.next(self.body, foreach="points")

    @step
    def body(self):
        self.sum = self.input["x"] + self.input["y"]
        self.next(self.behind)

    @step
    def behind(self):
        self.place = self.index
        self.again = self.input["x"]
        self.next(self.join)

    @step
    def join(self, inputs):
        self.sums = [i.sum for i in inputs]
        self.places = [i.place for i in inputs]
        self.total = sum(i.again for i in inputs)
        self.next(self.end)

    @step
    def end(self):
        print("total", self.total)


if __name__ == "__main__":
    Fan()
