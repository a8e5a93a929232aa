# Every item of a list goes through two branches.
from metaflow import FlowSpec, step


class PairFlow(FlowSpec):
    @step
    def start(self):
        self.symbols = ["AAA", "BBB"]
        self.next(self.symbol, foreach="symbols")

    @step
    def symbol(self):
        self.ticker = self.input
        self.next(self.price, self.volume)

    @step
    def price(self):
        self.value = hash(self.ticker) % 100
        self.next(self.symbol_join)

    @step
    def volume(self):
        self.value = len(self.ticker)
        self.next(self.symbol_join)

    @step
    def symbol_join(self, inputs):
        self.merge_artifacts(inputs, exclude=["value"])
        self.pair = (inputs.price.value, inputs.volume.value)
        self.next(self.all_join)

    @step
    def all_join(self, inputs):
        self.table = {i.ticker: i.pair for i in inputs}
        self.next(self.end)

    @step
    def end(self):
        print(self.table)


if __name__ == "__main__":
    PairFlow()
