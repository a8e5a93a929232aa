# args:
# exit: 1
# covers: a step that runs out of time fails the run
import time

from metaflow import FlowSpec, step, timeout


class TimeoutFailsFlow(FlowSpec):
    @timeout(seconds=1)
    @step
    def start(self):
        self.begun = True
        time.sleep(60)
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    TimeoutFailsFlow()
