# A switch with a case that leads to a step that does not exist.
from metaflow import FlowSpec, step


class CaseFlow(FlowSpec):
    @step
    def start(self):
        self.size = "m"
        self.next({"s": self.small, "m": self.medium, "l": self.large}, condition="size")

    @step
    def small(self):
        self.next(self.end)

    @step
    def large(self):
        self.next(self.end)

    @step
    def end(self):
        print(self.size)


if __name__ == "__main__":
    CaseFlow()
