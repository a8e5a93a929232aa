# args:
# exit: 0
# covers: foreach in foreach with inner lists of different lengths, two joins
from metaflow import FlowSpec, step


class ForeachNestedFlow(FlowSpec):
    @step
    def start(self):
        self.shelves = {"top": [1, 2], "low": [3]}
        self.names = sorted(self.shelves)
        self.next(self.shelf, foreach="names")

    @step
    def shelf(self):
        self.books = self.shelves[self.input]
        self.next(self.book, foreach="books")

    @step
    def book(self):
        self.stack = [(i, n, v) for i, n, v in self.foreach_stack()]
        self.pages = self.input * 100
        self.next(self.shelf_done)

    @step
    def shelf_done(self, inputs):
        self.pages = sum(i.pages for i in inputs)
        self.here = (self.index, self.input)
        self.stacks = [i.stack for i in inputs]
        self.next(self.all_done)

    @step
    def all_done(self, inputs):
        self.pages = [i.pages for i in inputs]
        self.places = [i.here for i in inputs]
        self.stacks = [i.stacks for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        self.total = sum(self.pages)


if __name__ == "__main__":
    ForeachNestedFlow()
