# Two flows in a file, of which one runs.
from metaflow import FlowSpec, step


class Experiment(FlowSpec):
    @step
    def start(self):
        self.draft = True
        self.next(self.end)

    @step
    def end(self):
        print(self.draft)


class Production(FlowSpec):
    @step
    def start(self):
        self.draft = False
        self.next(self.end)

    @step
    def end(self):
        print(self.draft)


if __name__ == "__main__":
    Production()
