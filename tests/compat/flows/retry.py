# args:
# exit: 0
# covers: @retry: a step fails twice, then works; artifacts of the last attempt stay; a foreach item that fails once
from metaflow import FlowSpec, current, retry, step


class RetryFlow(FlowSpec):
    @retry(times=3, minutes_between_retries=0)
    @step
    def start(self):
        self.attempt = current.retry_count
        print("attempt", current.retry_count)
        if current.retry_count == 0:
            self.only_first = True
        if current.retry_count < 2:
            raise ValueError("not yet: %d" % current.retry_count)
        self.items = [0, 1]
        self.next(self.body, foreach="items")

    @retry(times=1)
    @step
    def body(self):
        self.attempt = current.retry_count
        if self.input == 1 and current.retry_count == 0:
            raise RuntimeError("first try of item one")
        self.next(self.join)

    @step
    def join(self, inputs):
        self.attempts = [i.attempt for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    RetryFlow()
