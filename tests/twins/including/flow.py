# exit: 0
# covers: a file that is part of the run, read in several steps
from metaflow import FlowSpec, IncludeFile, step


class Including(FlowSpec):
    words = IncludeFile("words", default="words.txt", help="one word per line")

    @step
    def start(self):
        self.lines = self.words.split()
        self.next(self.line, foreach="lines")

    @step
    def line(self):
        self.upper = self.input.upper()
        self.size = len(self.words)
        self.next(self.join)

    @step
    def join(self, inputs):
        self.uppers = [i.upper for i in inputs]
        self.sizes = [i.size for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print(self.words.splitlines()[0])


if __name__ == "__main__":
    Including()
