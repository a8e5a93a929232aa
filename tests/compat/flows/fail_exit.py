# args:
# exit: 1
# covers: a step that calls sys.exit
import sys

from metaflow import FlowSpec, step


class FailExitFlow(FlowSpec):
    @step
    def start(self):
        self.before = 1
        print("leaving")
        sys.exit(3)
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    FailExitFlow()
