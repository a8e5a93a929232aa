# the last step leads to another
from metaflow import FlowSpec, step


class EndGoesOn(FlowSpec):
    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        self.next(self.clean_up)  # SP110

    @step
    def clean_up(self):
        self.next(self.end)


if __name__ == "__main__":
    EndGoesOn()
