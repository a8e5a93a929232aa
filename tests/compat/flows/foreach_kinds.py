# args:
# exit: 0
# covers: foreach over a string, dict items, a list made from a generator, a range, a set
from metaflow import FlowSpec, step


def squares(count):
    for n in range(count):
        yield n * n


class ForeachKindsFlow(FlowSpec):
    @step
    def start(self):
        self.text = "hé"
        self.next(self.letter, foreach="text")

    @step
    def letter(self):
        self.seen = self.input.upper()
        self.next(self.letters)

    @step
    def letters(self, inputs):
        self.spelled = "".join(i.seen for i in inputs)
        self.next(self.pair_up)

    @step
    def pair_up(self):
        self.pairs = list({"x": 1, "y": 2}.items())
        self.next(self.pair, foreach="pairs")

    @step
    def pair(self):
        name, value = self.input
        self.seen = {name: value}
        self.next(self.paired)

    @step
    def paired(self, inputs):
        self.merge_artifacts(inputs, include=["spelled"])
        self.mapping = {}
        for i in inputs:
            self.mapping.update(i.seen)
        self.next(self.divide)

    @step
    def divide(self):
        self.next(self.generate, self.count, self.choose)

    @step
    def generate(self):
        self.made = list(squares(2))
        self.next(self.square, foreach="made")

    @step
    def square(self):
        self.seen = self.input
        self.next(self.squared)

    @step
    def squared(self, inputs):
        self.result = [i.seen for i in inputs]
        self.next(self.meet)

    @step
    def count(self):
        self.span = range(5, 9, 3)
        self.next(self.tick, foreach="span")

    @step
    def tick(self):
        self.seen = self.input
        self.next(self.ticked)

    @step
    def ticked(self, inputs):
        self.result = [i.seen for i in inputs]
        self.next(self.meet)

    @step
    def choose(self):
        self.chosen = {1, 2}
        self.next(self.choice, foreach="chosen")

    @step
    def choice(self):
        self.seen = self.input
        self.next(self.choices)

    @step
    def choices(self, inputs):
        self.result = [i.seen for i in inputs]
        self.next(self.meet)

    @step
    def meet(self, inputs):
        self.results = (inputs.squared.result, inputs.ticked.result, inputs.choices.result)
        self.next(self.end)

    @step
    def end(self):
        print(self.results)


if __name__ == "__main__":
    ForeachKindsFlow()
