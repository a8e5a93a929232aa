from metaflow import FlowSpec, step


class Demand(FlowSpec):
    @step
    def start(self):
        self.rows = [1, 2, 3]
        self.next(self.fti)

    @step
    def fit(self):
        self.model = sum(self.rows)
        self.next(self.end)

    @step
    def end(self):
        print(self.model)


if __name__ == "__main__":
    Demand()
