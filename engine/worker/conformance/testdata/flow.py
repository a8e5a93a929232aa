"""The flow that docs/task-protocol.md asks for, in Python."""

import os
import subprocess
import sys
import time

from spindle import FlowSpec, Parameter, step


class ConformanceFlow(FlowSpec):
    alpha = Parameter("alpha", type=int, default=3)

    @step
    def start(self):
        self.x = 1
        self.items = ["a", "b"]
        self.next(self.body, foreach="items")

    @step
    def body(self):
        self.y = (self.input, self.x, self.alpha)
        self.next(self.join)

    @step
    def join(self, inputs):
        self.ys = [i.y for i in inputs]
        self.merge_artifacts(inputs, include=["x"])
        self.next(self.act)

    @step
    def act(self):
        getattr(self, "do_" + os.environ.get("CONFORMANCE", "nothing"))()
        self.next(self.end)

    @step
    def end(self):
        print(self.x, self.alpha)

    def do_nothing(self):
        pass

    def do_print(self):
        sys.stdout.buffer.write(b"out \xff\n")
        print("err", file=sys.stderr)
        sys.stdout.write("no newline")

    def do_fail(self):
        raise ValueError("conformance failure")

    def do_crash(self):
        os._exit(9)

    def do_hang(self):
        subprocess.Popen(["sleep", "1000"])
        print("hanging", flush=True)
        time.sleep(1000)

    def do_read(self):
        self.read = self.x

    def do_client(self):
        from spindle import Run, namespace

        namespace(None)
        self.found = Run("ConformanceFlow/1").id


if __name__ == "__main__":
    ConformanceFlow()
