"""Twelve artifacts of 2 MB each that don't compress."""

import os

from metaflow import FlowSpec, step


class Heavy(FlowSpec):
    @step
    def start(self):
        self.items = list(range(12))
        self.next(self.body, foreach="items")

    @step
    def body(self):
        self.blob = os.urandom(2 << 20)
        self.size = len(self.blob)
        self.next(self.join)

    @step
    def join(self, inputs):
        self.sizes = [i.size for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        assert self.sizes == [2 << 20] * 12


if __name__ == "__main__":
    Heavy()
