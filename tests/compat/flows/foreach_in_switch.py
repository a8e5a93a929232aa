# args:
# exit: 0
# covers: a foreach in one path of a switch, joined before the paths meet
from metaflow import FlowSpec, step


class ForeachInSwitchFlow(FlowSpec):
    @step
    def start(self):
        self.mode = "many"
        self.next({"many": self.fan, "one": self.single}, condition="mode")

    @step
    def fan(self):
        self.items = [4, 5, 6]
        self.next(self.work, foreach="items")

    @step
    def work(self):
        self.done = self.input * 2
        self.next(self.collect)

    @step
    def collect(self, inputs):
        self.results = [i.done for i in inputs]
        self.merge_artifacts(inputs, include=["mode"])
        self.next(self.report)

    @step
    def single(self):
        self.results = [0]
        self.next(self.report)

    @step
    def report(self):
        self.text = "%s: %s" % (self.mode, self.results)
        self.next(self.end)

    @step
    def end(self):
        print(self.text)


if __name__ == "__main__":
    ForeachInSwitchFlow()
