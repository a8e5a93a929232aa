# Targets given by name, as in other tools.
from metaflow import FlowSpec, step


class TextFlow(FlowSpec):
    @step
    def start(self):
        self.x = 1
        self.next("end")

    @step
    def end(self):
        print(self.x)


if __name__ == "__main__":
    TextFlow()
