# An override without @step takes the step away.
from metaflow import FlowSpec, step


class Base(FlowSpec):
    @step
    def start(self):
        self.next(self.work)

    @step
    def work(self):
        self.next(self.end)

    @step
    def end(self):
        pass


class PlainFlow(Base):
    def work(self):
        self.next(self.end)


if __name__ == "__main__":
    PlainFlow()
