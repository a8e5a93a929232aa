# exit: 0
# covers: a step that fails twice and then works; an item of a foreach that fails once; retry with fallback to catch
from metaflow import FlowSpec, catch, current, retry, step


class Retrying(FlowSpec):
    @retry(times=3, minutes_between_retries=0)
    @step
    def start(self):
        self.attempt = current.retry_count + 1
        print("attempt", current.retry_count)
        if current.retry_count < 2:
            raise ValueError("not yet: %d" % current.retry_count)
        self.items = [0, 1]
        self.next(self.body, foreach="items")

    @catch(var="failed")
    @retry(times=1, minutes_between_retries=0)
    @step
    def body(self):
        self.attempt = current.retry_count
        if self.input == 1:
            raise RuntimeError("item one never works")
        self.next(self.join)

    @step
    def join(self, inputs):
        self.attempts = [i.attempt if i.failed is None else -1 for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print("attempts", *self.attempts)


if __name__ == "__main__":
    Retrying()
