# args:
# exit: 0
# covers: @retry, @catch and @timeout on one step: both attempts run out of time, the fallback takes over
import time

from metaflow import FlowSpec, catch, current, retry, step, timeout


class CatchRetryTimeoutFlow(FlowSpec):
    @step
    def start(self):
        self.patience = 30
        self.next(self.slow)

    @catch(var="late")
    @timeout(seconds=1)
    @retry(times=1)
    @step
    def slow(self):
        self.attempt = current.retry_count
        print("attempt", current.retry_count)
        time.sleep(self.patience)
        self.next(self.end)

    @timeout(seconds=60)
    @step
    def end(self):
        self.was_late = self.late is not None
        self.attempts_seen = getattr(self, "attempt", None)


if __name__ == "__main__":
    CatchRetryTimeoutFlow()
