# args:
# exit: 1
# covers: an artifact that cannot be pickled
import threading

from metaflow import FlowSpec, step


class FailUnpicklableFlow(FlowSpec):
    @step
    def start(self):
        self.fine = 1
        self.lock = threading.Lock()
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    FailUnpicklableFlow()
