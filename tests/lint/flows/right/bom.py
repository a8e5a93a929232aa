# A byte order mark before everything.
from metaflow import FlowSpec, step


class MarkedFlow(FlowSpec):
    @step
    def start(self):
        self.ok = True
        self.next(self.end)

    @step
    def end(self):
        print(self.ok)


if __name__ == "__main__":
    MarkedFlow()
