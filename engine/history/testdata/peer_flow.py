"""A run with a nested foreach, a loop, a retried and a caught failure, and an included file."""

from metaflow import FlowSpec, IncludeFile, Parameter, catch, current, retry, step


class PeerFlow(FlowSpec):
    text = IncludeFile("text", default="peer_flow.py")
    alpha = Parameter("alpha", default=0.5)

    @step
    def start(self):
        self.outer = ["x", "y"]
        self.next(self.body, foreach="outer")

    @retry(times=1, minutes_between_retries=0)
    @step
    def body(self):
        print("attempt", current.retry_count, self.input)
        if self.input == "y" and current.retry_count == 0:
            raise ValueError("once")
        self.inner = [1, 2] if self.input == "x" else [3]
        self.next(self.leaf, foreach="inner")

    @catch(var="trouble")
    @step
    def leaf(self):
        self.double = 2 * self.input
        if self.input == 2:
            raise KeyError("two")
        self.next(self.close)

    @step
    def close(self, inputs):
        self.total = sum(i.double for i in inputs if not i.trouble)
        self.next(self.join)

    @step
    def join(self, inputs):
        self.total = sum(i.total for i in inputs)
        self.rounds = 0
        self.next(self.loop)

    @step
    def loop(self):
        self.rounds += 1
        self.go = "on" if self.rounds < 2 else "out"
        self.next({"on": self.loop, "out": self.end}, condition="go")

    @step
    def end(self):
        print(self.total, len(self.text))


if __name__ == "__main__":
    PeerFlow()
