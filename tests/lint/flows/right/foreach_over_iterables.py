# A foreach over a tuple, a dict's items, a string and a range.
from metaflow import FlowSpec, step


class IterablesFlow(FlowSpec):
    @step
    def start(self):
        self.grid = {"a": 1, "b": 2}
        self.pairs = list(self.grid.items())
        self.next(self.pair, foreach="pairs")

    @step
    def pair(self):
        key, self.n = self.input
        self.letters = key * self.n
        self.next(self.letter, foreach="letters")

    @step
    def letter(self):
        self.code = ord(self.input)
        self.span = range(self.index + 1)
        self.next(self.number, foreach="span")

    @step
    def number(self):
        self.product = self.code * (self.input or 1)
        self.next(self.join_numbers)

    @step
    def join_numbers(self, inputs):
        self.products = [i.product for i in inputs]
        self.next(self.join_letters)

    @step
    def join_letters(self, inputs):
        self.products = [p for i in inputs for p in i.products]
        self.next(self.join_pairs)

    @step
    def join_pairs(self, inputs):
        self.products = tuple(p for i in inputs for p in i.products)
        self.next(self.end)

    @step
    def end(self):
        print(self.products)


if __name__ == "__main__":
    IterablesFlow()
