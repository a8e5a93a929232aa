# Twelve steps in a row, each changing one table.
from metaflow import FlowSpec, step


class PipelineFlow(FlowSpec):
    @step
    def start(self):
        self.table = [{"id": n, "value": n * 1.5} for n in range(10)]
        self.next(self.dedupe)

    @step
    def dedupe(self):
        self.table = list({row["id"]: row for row in self.table}.values())
        self.next(self.fill)

    @step
    def fill(self):
        for row in self.table:
            row.setdefault("group", row["id"] % 2)
        self.next(self.scale)

    @step
    def scale(self):
        top = max(row["value"] for row in self.table)
        self.table = [dict(row, value=row["value"] / top) for row in self.table]
        self.next(self.encode)

    @step
    def encode(self):
        self.groups = sorted({row["group"] for row in self.table})
        self.next(self.split_rows)

    @step
    def split_rows(self):
        half = len(self.table) // 2
        self.train_rows, self.test_rows = self.table[:half], self.table[half:]
        self.next(self.fit)

    @step
    def fit(self):
        self.mean = sum(r["value"] for r in self.train_rows) / len(self.train_rows)
        self.next(self.predict)

    @step
    def predict(self):
        self.errors = [abs(r["value"] - self.mean) for r in self.test_rows]
        self.next(self.evaluate)

    @step
    def evaluate(self):
        self.mae = sum(self.errors) / len(self.errors)
        self.next(self.report)

    @step
    def report(self):
        self.text = "groups %s, MAE %.3f" % (self.groups, self.mae)
        self.next(self.end)

    @step
    def end(self):
        print(self.text)


if __name__ == "__main__":
    PipelineFlow()
