# The names of a foreach and a condition in all kinds of string.
from metaflow import FlowSpec, step


class QuotesFlow(FlowSpec):
    @step
    def start(self):
        self.items = [1]
        self.next(self.one, foreach='items')

    @step
    def one(self):
        self.more = [self.input]
        self.next(self.two, foreach="mo" "re")

    @step
    def two(self):
        self.flag = 'x'
        self.next({r'x': self.three, """y""": self.four}, condition='''flag''')

    @step
    def three(self):
        self.next(self.five)

    @step
    def four(self):
        self.next(self.five)

    @step
    def five(self):
        self.value = self.flag
        self.next(self.join_two)

    @step
    def join_two(self, inputs):
        self.values = [i.value for i in inputs]
        self.next(self.join_one)

    @step
    def join_one(self, inputs):
        self.values = [i.values for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print(self.values)


if __name__ == "__main__":
    QuotesFlow()
