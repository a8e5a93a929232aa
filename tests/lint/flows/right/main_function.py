# The flow is started by a function, as packaged scripts do.
import sys

from metaflow import FlowSpec, step


class ScriptFlow(FlowSpec):
    @step
    def start(self):
        self.args = sys.argv[1:]
        self.next(self.end)

    @step
    def end(self):
        print(len(self.args))


def main():
    """Entry point."""
    return ScriptFlow()


if __name__ == "__main__":
    main()
