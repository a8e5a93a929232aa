"""A small flow to be spun and killed: its values differ in each task, and each task has a process of its own running."""

import os
import subprocess

from metaflow import FlowSpec, step


class Spun(FlowSpec):
    @step
    def start(self):
        self.items = list(range(4))
        self.next(self.body, foreach="items")

    @step
    def body(self):
        with subprocess.Popen(["sleep", "60"]) as child:
            self.value = {"item": self.input, "square": self.input**2}
            self.noise = os.urandom(200_000)
            child.kill()
        self.next(self.join)

    @step
    def join(self, inputs):
        self.squares = [i.value["square"] for i in inputs]
        self.noise = b"".join(i.noise for i in inputs)
        self.next(self.end)

    @step
    def end(self):
        assert len(self.noise) == 800_000
        self.total = sum(self.squares)


if __name__ == "__main__":
    Spun()
