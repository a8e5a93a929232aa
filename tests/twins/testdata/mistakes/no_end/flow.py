# there is no last step
from metaflow import FlowSpec, step


class NoEnd(FlowSpec):  # SP106
    @step
    def start(self):
        self.next(self.finish)

    @step
    def finish(self):
        self.next(self.start)  # SP109


if __name__ == "__main__":
    NoEnd()
