# args:
# exit: 0
# covers: a step that closes its standard output, and one that takes it away
import sys

from metaflow import FlowSpec, step


class LogsClosedFlow(FlowSpec):
    @step
    def start(self):
        print("before")
        sys.stdout.close()
        self.x = 1
        self.next(self.end)

    @step
    def end(self):
        print("at the end")
        sys.stdout = None
        self.y = 2


if __name__ == "__main__":
    LogsClosedFlow()
