# The transition is indented into a with block.
import contextlib

from metaflow import FlowSpec, step


class WithFlow(FlowSpec):
    @step
    def start(self):
        with contextlib.suppress(OSError):
            self.x = 1
            self.next(self.end)

    @step
    def end(self):
        print(self.x)


if __name__ == "__main__":
    WithFlow()
