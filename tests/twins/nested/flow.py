# exit: 0
# covers: a foreach within a foreach, a split within that, three joins; the frames a step can see
from metaflow import FlowSpec, step


class Nested(FlowSpec):
    @step
    def start(self):
        self.shelves = ["top", "bottom"]
        self.next(self.shelf, foreach="shelves")

    @step
    def shelf(self):
        self.shelf_name = self.input
        self.books = [self.input + " one", self.input + " two", self.input + " three"]
        self.next(self.book, foreach="books")

    @step
    def book(self):
        self.title = self.input
        self.next(self.count, self.weigh)

    @step
    def count(self):
        self.number = len(self.title)
        self.next(self.book_done)

    @step
    def weigh(self):
        self.number = len(self.foreach_stack()) * 1000
        self.next(self.book_done)

    @step
    def book_done(self, inputs):
        self.numbers = [i.number for i in inputs]
        self.merge_artifacts(inputs, include=["title", "shelf_name"])
        self.next(self.shelf_done)

    @step
    def shelf_done(self, inputs):
        self.titles = [i.title for i in inputs]
        self.all_numbers = [i.numbers for i in inputs]
        self.merge_artifacts(inputs, include=["shelf_name"])
        self.next(self.all_done)

    @step
    def all_done(self, inputs):
        self.by_shelf = {i.shelf_name: i.titles for i in inputs}
        self.sums = [[sum(n) for n in i.all_numbers] for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print(self.by_shelf["bottom"][2])


if __name__ == "__main__":
    Nested()
