"""Steps that end in unusual ways, chosen by a parameter."""

import time

from metaflow import FlowSpec, Parameter, step


class EndsFlow(FlowSpec):
    how = Parameter("how", default="well")

    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        print("begun", flush=True)
        if self.how == "eat":
            kept = []
            while True:
                kept.append(bytearray(b"x") * 20_000_000)
        if self.how == "wait":
            time.sleep(600)


if __name__ == "__main__":
    EndsFlow()
