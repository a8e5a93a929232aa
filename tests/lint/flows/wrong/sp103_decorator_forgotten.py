# The decorator of the start step is forgotten, so it is a plain method.
from metaflow import FlowSpec, step


class ForgottenFlow(FlowSpec):
    def start(self):
        self.rows = [1]
        self.next(self.work)

    @step
    def work(self):
        print(self.rows)
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    ForgottenFlow()
