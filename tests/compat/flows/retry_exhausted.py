# args:
# exit: 1
# covers: @retry that runs out of attempts fails the run
from metaflow import FlowSpec, current, retry, step


class RetryExhaustedFlow(FlowSpec):
    @step
    def start(self):
        self.ready = True
        self.next(self.shaky)

    @retry(times=1)
    @step
    def shaky(self):
        self.attempt = current.retry_count
        raise KeyError("attempt %d" % current.retry_count)
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    RetryExhaustedFlow()
