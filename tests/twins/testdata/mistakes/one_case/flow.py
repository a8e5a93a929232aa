# a switch with one case
from metaflow import FlowSpec, step


class OneCase(FlowSpec):
    @step
    def start(self):
        self.way = "only"
        self.next({"only": self.end}, condition="way")  # SP125

    @step
    def end(self):
        pass


if __name__ == "__main__":
    OneCase()
