# One branch of a split walks a list, the other does not.
from metaflow import FlowSpec, step


class MixedFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.plan, self.audit)

    @step
    def plan(self):
        self.jobs = ["x", "y"]
        self.next(self.job, foreach="jobs")

    @step
    def job(self):
        self.done = self.input * 2
        self.next(self.jobs_done)

    @step
    def jobs_done(self, inputs):
        self.notes = [i.done for i in inputs]
        self.next(self.together)

    @step
    def audit(self):
        self.notes = ["ok"]
        self.next(self.together)

    @step
    def together(self, inputs):
        self.report = inputs.jobs_done.notes + inputs.audit.notes
        self.next(self.end)

    @step
    def end(self):
        print(self.report)


if __name__ == "__main__":
    MixedFlow()
