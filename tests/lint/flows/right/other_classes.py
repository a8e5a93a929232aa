# Classes that are no flows, with methods called next, step and start.
from metaflow import FlowSpec, step


class Cursor:
    def __init__(self, items):
        self.items, self.at = items, 0

    def next(self, *targets, foreach=None):
        self.at += 1
        return self.items[self.at - 1]

    def start(self):
        self.next(self.nowhere)

    def step(self):
        return self.next()


class ReaderFlow(FlowSpec):
    @step
    def start(self):
        cursor = Cursor("xyz")
        self.letters = [cursor.next(), cursor.step(), cursor.next(None, foreach="x")]
        self.next(self.end)

    @step
    def end(self):
        print(self.letters)


if __name__ == "__main__":
    ReaderFlow()
