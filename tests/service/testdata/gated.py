"""A flow that stops at a gate, and says outside of the store what it has done."""

import os
import time

from metaflow import FlowSpec, Run, Task, current, step


def note(text):
    with open(os.environ["EFFECTS"], "a") as f:
        f.write(text + "\n")


class Gated(FlowSpec):
    @step
    def start(self):
        self.items = list(range(6))
        note("start")
        self.next(self.wait)

    @step
    def wait(self):
        note("waiting")
        while os.environ.get("GATE") and not os.path.exists(os.environ["GATE"]):
            time.sleep(0.01)
        self.next(self.each, foreach="items")

    @step
    def each(self):
        self.square = self.input**2
        note("each")
        self.next(self.join)

    @step
    def join(self, inputs):
        self.squares = sorted(i.square for i in inputs)
        note("join")
        if os.environ.get("HOLD"):
            time.sleep(600)
        if os.environ.get("FAIL"):
            raise ValueError("as asked")
        self.next(self.end)

    @step
    def end(self):
        if os.environ.get("LOOK"):
            me = Task(current.pathspec)
            run = Run(f"{current.flow_name}/{current.run_id}")
            print("own", me.finished, sorted(run.user_tags), run["join"].task.data.squares)
        print("squares", self.squares)


if __name__ == "__main__":
    Gated()
