"""Tasks that note that they run, and wait for a gate to open."""

import os
import time

from metaflow import FlowSpec, Parameter, step


class WaitingFlow(FlowSpec):
    folder = Parameter("folder", help="where tasks note that they run, and where the gate is")
    width = Parameter("width", default=6, type=int)

    @step
    def start(self):
        self.items = list(range(self.width))
        self.next(self.leaf, foreach="items")

    @step
    def leaf(self):
        with open(os.path.join(self.folder, "pid"), "w") as f:
            f.write(str(os.getpid()))
        with open(os.path.join(self.folder, "ran"), "a") as f:
            f.write("%d\n" % self.input)
        print("leaf", self.input, flush=True)
        while not os.path.exists(os.path.join(self.folder, "gate")):
            time.sleep(0.02)
        self.square = self.input**2
        self.next(self.join)

    @step
    def join(self, inputs):
        self.squares = [i.square for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print("squares", self.squares)


if __name__ == "__main__":
    WaitingFlow()
