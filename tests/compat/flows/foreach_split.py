# args:
# exit: 0
# covers: a static split inside a foreach, and its join, and a foreach inside one branch of a split
from metaflow import FlowSpec, step


class ForeachSplitFlow(FlowSpec):
    @step
    def start(self):
        self.scale = 10
        self.next(self.many, self.plain)

    @step
    def plain(self):
        self.result = self.scale
        self.next(self.finish)

    @step
    def many(self):
        self.items = [1, 2]
        self.next(self.item, foreach="items")

    @step
    def item(self):
        self.value = self.input * self.scale
        self.next(self.plus, self.minus)

    @step
    def plus(self):
        self.value = self.value + self.index
        self.next(self.both)

    @step
    def minus(self):
        self.value = self.value - self.index
        self.next(self.both)

    @step
    def both(self, inputs):
        self.pair = (inputs.plus.value, inputs.minus.value)
        self.where = (self.index, self.input)
        self.next(self.gather)

    @step
    def gather(self, inputs):
        self.result = [i.pair for i in inputs]
        self.wheres = [i.where for i in inputs]
        self.next(self.finish)

    @step
    def finish(self, inputs):
        self.result = {"many": inputs.gather.result, "plain": inputs.plain.result}
        self.next(self.end)

    @step
    def end(self):
        print(sorted(self.result))


if __name__ == "__main__":
    ForeachSplitFlow()
