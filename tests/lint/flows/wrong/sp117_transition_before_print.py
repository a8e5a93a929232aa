# A log line after the transition.
from metaflow import FlowSpec, step


class LogFlow(FlowSpec):
    @step
    def start(self):
        self.x = 1
        self.next(self.end)
        print("start is done")

    @step
    def end(self):
        print(self.x)


if __name__ == "__main__":
    LogFlow()
