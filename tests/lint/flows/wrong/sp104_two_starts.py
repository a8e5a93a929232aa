# Two entry points for two sources.
from metaflow import FlowSpec, step


class TwoStartsFlow(FlowSpec):
    @step(start=True)
    def from_s3(self):
        self.rows = [1]
        self.next(self.clean)

    @step(start=True)
    def from_db(self):
        self.rows = [2]
        self.next(self.clean)

    @step
    def clean(self):
        self.next(self.end)

    @step
    def end(self):
        print(self.rows)


if __name__ == "__main__":
    TwoStartsFlow()
