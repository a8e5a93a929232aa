# a step is tried more often than can be
from metaflow import FlowSpec, retry, step


class TooManyRetries(FlowSpec):
    @retry(times=10)  # SP310
    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    TooManyRetries()
