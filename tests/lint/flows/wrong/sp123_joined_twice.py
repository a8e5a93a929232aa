# A second join after the only split is joined already.
from metaflow import FlowSpec, step


class TwiceFlow(FlowSpec):
    @step
    def start(self):
        self.parts = ["x"]
        self.next(self.work, foreach="parts")

    @step
    def work(self):
        self.out = self.input
        self.next(self.first_join)

    @step
    def first_join(self, inputs):
        self.outs = [i.out for i in inputs]
        self.next(self.second_join)

    @step
    def second_join(self, inputs):
        self.outs = [i.outs for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print(self.outs)


if __name__ == "__main__":
    TwiceFlow()
