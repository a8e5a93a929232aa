# The base class leads to a step that no class has.
from metaflow import FlowSpec, step


class Base(FlowSpec):
    @step
    def start(self):
        self.rows = []
        self.next(self.transform)

    @step
    def end(self):
        print(self.rows)


class ReportFlow(Base):
    @step
    def transfrom(self):
        self.rows = [r for r in self.rows if r]
        self.next(self.end)


if __name__ == "__main__":
    ReportFlow()
