# The first and last steps have names of their own.
from metaflow import FlowSpec, step


class IngestFlow(FlowSpec):
    @step(start=True)
    def fetch(self):
        self.pages = ["a", "b"]
        self.next(self.store)

    @step
    def store(self):
        self.stored = len(self.pages)
        self.next(self.finish)

    @step(end=True)
    def finish(self):
        print(self.stored)


if __name__ == "__main__":
    IngestFlow()
