# args: --with retry:times=1 --with 'environment:vars={"COMPAT_WITH":"yes"}'
# exit: 0
# covers: decorators attached by --with, a step that has its own keeps it
import os

from metaflow import FlowSpec, current, environment, step


class WithOptionFlow(FlowSpec):
    @step
    def start(self):
        self.variable = os.environ.get("COMPAT_WITH")
        if current.retry_count == 0:
            raise OSError("once")
        self.next(self.end)

    @environment(vars={"COMPAT_OWN": "own"})
    @step
    def end(self):
        self.own = (os.environ.get("COMPAT_OWN"), os.environ.get("COMPAT_WITH"))


if __name__ == "__main__":
    WithOptionFlow()
