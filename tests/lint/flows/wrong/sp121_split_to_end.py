# Branches that run straight into the end.
from metaflow import FlowSpec, step


class OpenFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.plot, self.table)

    @step
    def plot(self):
        self.figure = "p"
        self.next(self.end)

    @step
    def table(self):
        self.rows = []
        self.next(self.end)

    @step
    def end(self):
        print("done")


if __name__ == "__main__":
    OpenFlow()
