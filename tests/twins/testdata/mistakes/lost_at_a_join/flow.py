# a join passes nothing on
from metaflow import FlowSpec, step


class LostAtAJoin(FlowSpec):
    @step
    def start(self):
        self.items = [1, 2]
        self.name_of_run = "x"
        self.next(self.body, foreach="items")

    @step
    def body(self):
        self.y = self.input
        self.next(self.join)

    @step
    def join(self, inputs):
        self.total = sum(i.y for i in inputs)
        self.next(self.end)

    @step
    def end(self):
        print(self.total, self.name_of_run)  # SP203


if __name__ == "__main__":
    LostAtAJoin()
