"""A flow whose first step does what the environment says."""

import os
import subprocess
import sys
import time

from metaflow import FlowSpec, step, timeout

if "HANG_AT_IMPORT" in os.environ:
    time.sleep(1000)


class ActFlow(FlowSpec):
    @step
    def start(self):
        exec(os.environ.get("ACT", ""), {"self": self, **globals()})
        self.x = 1
        self.next(self.end)

    @timeout(seconds=1)
    @step
    def slow(self):
        exec(os.environ["ACT"], {"self": self, **globals()})
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    ActFlow()
