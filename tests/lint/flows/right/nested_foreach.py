# Regions, stores in each region, both joined on the way back.
from metaflow import FlowSpec, step


class SalesFlow(FlowSpec):
    @step
    def start(self):
        self.regions = ["north", "south"]
        self.next(self.region, foreach="regions")

    @step
    def region(self):
        self.region_name = self.input
        self.stores = [f"{self.input}-{n}" for n in range(3)]
        self.next(self.store, foreach="stores")

    @step
    def store(self):
        self.revenue = len(self.input) * 100
        self.next(self.region_total)

    @step
    def region_total(self, inputs):
        self.total = sum(i.revenue for i in inputs)
        self.region_name = inputs[0].region_name
        self.next(self.grand_total)

    @step
    def grand_total(self, inputs):
        self.totals = {i.region_name: i.total for i in inputs}
        self.next(self.end)

    @step
    def end(self):
        for name, total in self.totals.items():
            print(f"{name:>10}: {total:,}")


if __name__ == "__main__":
    SalesFlow()
