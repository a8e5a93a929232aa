# args:
# exit: 0
# covers: a switch per item of a foreach that is itself one branch of a split
from metaflow import FlowSpec, step


class SwitchInForeachInSplitFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.fan, self.aside)

    @step
    def aside(self):
        self.verdicts = ["aside"]
        self.next(self.finish)

    @step
    def fan(self):
        self.numbers = [1, 2, 3, 4]
        self.next(self.judge, foreach="numbers")

    @step
    def judge(self):
        self.parity = "even" if self.input % 2 == 0 else "odd"
        self.next({"even": self.even, "odd": self.odd}, condition="parity")

    @step
    def even(self):
        self.verdict = "%d is even" % self.input
        self.next(self.judged)

    @step
    def odd(self):
        self.verdict = "%d is odd" % self.input
        self.next(self.judged)

    @step
    def judged(self):
        self.next(self.collect)

    @step
    def collect(self, inputs):
        self.verdicts = [i.verdict for i in inputs]
        self.next(self.finish)

    @step
    def finish(self, inputs):
        self.verdicts = inputs.aside.verdicts + inputs.collect.verdicts
        self.next(self.end)

    @step
    def end(self):
        print("\n".join(self.verdicts))


if __name__ == "__main__":
    SwitchInForeachInSplitFlow()
