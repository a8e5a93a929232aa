# args:
# exit: 1
# covers: a process that ends without a word, retried once, then for good
import os

from metaflow import FlowSpec, current, retry, step


class FailHardExitFlow(FlowSpec):
    @retry(times=1)
    @step
    def start(self):
        print("attempt", current.retry_count, flush=True)
        os._exit(5)
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    FailHardExitFlow()
