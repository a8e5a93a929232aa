# A decorator of the file's own that keeps the step a step.
import functools
import time

from metaflow import FlowSpec, step


def timed(func):
    @functools.wraps(func)
    def wrapper(self, *args):
        begin = time.monotonic()
        func(self, *args)
        self.took = time.monotonic() - begin

    return wrapper


class TimedFlow(FlowSpec):
    @step
    def start(self):
        self.n = 10
        self.next(self.end)

    @step
    def end(self):
        self.report()

    @timed
    def report(self):
        print(self.n)


if __name__ == "__main__":
    TimedFlow()
