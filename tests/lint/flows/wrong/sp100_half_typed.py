# A file as it is while somebody types a decorator.
from metaflow import FlowSpec, step


class TypingFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.end)

    @retry(times=

    @step
    def end(self):
        pass


if __name__ == "__main__":
    TypingFlow()
