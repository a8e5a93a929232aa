# Functions that run when the flow ends.
from metaflow import FlowSpec, exit_hook, step


def hooray():
    print("done")


def alas(run=None):
    print("failed", run)


@exit_hook(on_success=[hooray], on_error=[alas])
class HookedFlow(FlowSpec):
    @step
    def start(self):
        self.ok = 1
        self.next(self.end)

    @step
    def end(self):
        print(self.ok)


if __name__ == "__main__":
    HookedFlow()
