# Steps come from two mixins, the flow adds its own between them.
from metaflow import FlowSpec, step


class Extract(FlowSpec):
    @step
    def start(self):
        self.raw = ["3", "x", "5"]
        self.next(self.clean)


class Report(FlowSpec):
    @step
    def report(self):
        print(f"{len(self.numbers)} usable rows")
        self.next(self.end)

    @step
    def end(self):
        pass


class NightlyFlow(Extract, Report):
    @step
    def clean(self):
        self.numbers = [int(v) for v in self.raw if v.isdigit()]
        self.next(self.report)


if __name__ == "__main__":
    NightlyFlow()
