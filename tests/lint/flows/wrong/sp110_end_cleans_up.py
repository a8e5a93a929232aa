# The end step goes on to a clean-up.
from metaflow import FlowSpec, step


class CleanupFlow(FlowSpec):
    @step
    def start(self):
        self.tmp = "/tmp/x"
        self.next(self.end)

    @step
    def end(self):
        print("done")
        self.next(self.cleanup)

    @step
    def cleanup(self):
        print(self.tmp)


if __name__ == "__main__":
    CleanupFlow()
