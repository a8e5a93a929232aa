# a schedule that no clock keeps
from metaflow import FlowSpec, schedule, step


@schedule(cron="0 25 * * ? *")  # SP317
class BadCron(FlowSpec):
    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    BadCron()
