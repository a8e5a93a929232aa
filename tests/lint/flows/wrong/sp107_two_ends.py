# Two steps are annotated as the end, one for each outcome.
from metaflow import FlowSpec, step


class OutcomeFlow(FlowSpec):
    @step
    def start(self):
        self.ok = "yes"
        self.next({"yes": self.publish, "no": self.reject}, condition="ok")

    @step(end=True)
    def publish(self):
        print("published")

    @step(end=True)
    def reject(self):
        print("rejected")


if __name__ == "__main__":
    OutcomeFlow()
