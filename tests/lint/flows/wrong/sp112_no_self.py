# A step without self, pasted from a script.
from metaflow import FlowSpec, step


class PastedFlow(FlowSpec):
    @step
    def start(self):
        self.x = 1
        self.next(self.report)

    @step
    def report():
        print("report")
        self.next(self.end)  # noqa: F821

    @step
    def end(self):
        print(self.x)


if __name__ == "__main__":
    PastedFlow()
