import os

from metaflow import FlowSpec, Parameter, current, step


class Short(FlowSpec):
    alpha = Parameter("alpha", default=3, type=int)

    @step
    def start(self):
        with open(os.environ["EFFECTS"], "a") as f:
            f.write("%s start %d\n" % (current.run_id, current.retry_count))
        print("alpha is", self.alpha)
        self.items = [self.alpha, self.alpha + 1]
        self.text = "x" * 1000
        self.next(self.body, foreach="items")

    @step
    def body(self):
        self.doubled = 2 * self.input
        self.next(self.join)

    @step
    def join(self, inputs):
        self.total = sum(i.doubled for i in inputs)
        self.next(self.end)

    @step
    def end(self):
        print("total", self.total)


if __name__ == "__main__":
    Short()
