"""A run with a foreach and a task that is tried twice."""
from metaflow import FlowSpec, current, retry, step


class PeerFlow(FlowSpec):
    @step
    def start(self):
        self.items = ["a", "b"]
        self.next(self.body, foreach="items")

    @retry(times=1, minutes_between_retries=0)
    @step
    def body(self):
        self.x = self.input * 2
        if self.input == "b" and current.retry_count == 0:
            raise ValueError("the first attempt fails")
        self.next(self.join)

    @step
    def join(self, inputs):
        self.x = [i.x for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    PeerFlow()
