# A match statement decides what is stored.
from metaflow import FlowSpec, Parameter, step


class MatchFlow(FlowSpec):
    kind = Parameter("kind", default="csv")

    @step
    def start(self):
        match self.kind.split("."):
            case ["csv"]:
                self.reader = "plain"
            case ["csv", "gz" | "bz2" as packed]:
                self.reader = f"packed {packed}"
            case [first, *rest] if rest:
                self.reader = first
            case _:
                self.reader = "unknown"
        self.next(self.end)

    @step
    def end(self):
        print(self.reader)


if __name__ == "__main__":
    MatchFlow()
