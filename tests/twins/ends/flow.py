# exit: 0
# covers: a first and a last step of other names
from metaflow import FlowSpec, step


class Ends(FlowSpec):
    @step(start=True)
    def prepare(self):
        self.x = 1
        self.next(self.finish)

    @step(end=True)
    def finish(self):
        print("x is", self.x)


if __name__ == "__main__":
    Ends()
