import ctypes
import os
import sys
import time

from metaflow import FlowSpec, Parameter, step, timeout


class Ends(FlowSpec):
    how = Parameter("how", default="well")

    @step
    def start(self):
        self.before = "kept"
        print("begun", os.getpid())
        if self.how == "exception":
            raise ValueError("of all things")
        if self.how == "segfault":
            ctypes.string_at(0)
        if self.how == "exit":
            os._exit(9)
        if self.how == "memory":
            self.much = b"x" * (1 << 62)
        if self.how == "wait":
            time.sleep(600)
        if self.how == "hoard":
            hoard = []
            while True:
                hoard.append(b"x" * (8 << 20))
        if self.how == "print":
            for i in range(30000):
                print(i, "x" * 100)
            sys.stdout.write("no newline")
        self.next(self.late)

    @timeout(seconds=1)
    @step
    def late(self):
        if self.how == "late":
            time.sleep(600)
        self.next(self.end)

    @step
    def end(self):
        assert self.before == "kept"


if __name__ == "__main__":
    Ends()
