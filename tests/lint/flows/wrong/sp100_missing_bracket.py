# A bracket that is never closed, found by the parser only at the end.
from metaflow import FlowSpec, step


class BracketFlow(FlowSpec):
    @step
    def start(self):
        self.rows = [(1, 2), (3, 4)
        self.next(self.end)

    @step
    def end(self):
        print(self.rows)


if __name__ == "__main__":
    BracketFlow()
