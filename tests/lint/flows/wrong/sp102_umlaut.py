# A step whose name has a letter that is not ASCII.
from metaflow import FlowSpec, step


class LauteFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.prüfen)

    @step
    def prüfen(self):
        self.gut = True
        self.next(self.end)

    @step
    def end(self):
        print(self.gut)


if __name__ == "__main__":
    LauteFlow()
