# args:
# exit: 0
# covers: each item of a foreach loops a number of times of its own
from metaflow import FlowSpec, step


class RecursionInForeachFlow(FlowSpec):
    @step
    def start(self):
        self.targets = [1, 3, 2]
        self.next(self.prepare, foreach="targets")

    @step
    def prepare(self):
        self.steps_done = 0
        self.next(self.climb)

    @step
    def climb(self):
        self.steps_done += 1
        self.there = self.steps_done >= self.input
        self.next({True: self.top, False: self.climb}, condition="there")

    @step
    def top(self):
        self.note = "%d/%d" % (self.steps_done, self.input)
        self.next(self.join)

    @step
    def join(self, inputs):
        self.notes = [i.note for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    RecursionInForeachFlow()
