# exit: 0
# covers: a step that runs out of time at its first try and works at the second; one that is caught
import time

from metaflow import FlowSpec, catch, current, retry, step, timeout


class Timing(FlowSpec):
    @timeout(seconds=1)
    @retry(times=1, minutes_between_retries=0)
    @step
    def start(self):
        if current.retry_count == 0:
            time.sleep(60)
        self.attempt = current.retry_count
        self.next(self.slow)

    @catch(var="late")
    @timeout(seconds=1)
    @step
    def slow(self):
        time.sleep(60)
        self.next(self.end)

    @step
    def end(self):
        self.was_late = self.late is not None
        print("attempt", self.attempt)


if __name__ == "__main__":
    Timing()
