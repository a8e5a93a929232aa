# exit: 0
# covers: artifacts that a Go step reads and writes only when it means to
from metaflow import FlowSpec, step


class Lazily(FlowSpec):
    @step
    def start(self):
        self.table = [[n, n * n] for n in range(50)]
        self.note = "first"
        self.next(self.middle)

    @step
    def middle(self):
        self.note = "second"
        self.next(self.end)

    @step
    def end(self):
        self.last = self.table[-1]
        print(self.note, self.last[1])


if __name__ == "__main__":
    Lazily()
