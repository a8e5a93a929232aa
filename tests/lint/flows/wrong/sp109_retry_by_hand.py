# A step goes back to the start to try again.
from metaflow import FlowSpec, step


class RetryFlow(FlowSpec):
    @step
    def start(self):
        self.tries = 1
        self.next(self.check)

    @step
    def check(self):
        self.verdict = "ok"
        self.next({"ok": self.end, "again": self.start}, condition="verdict")

    @step
    def end(self):
        print(self.tries)


if __name__ == "__main__":
    RetryFlow()
