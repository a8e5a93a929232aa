# args:
# exit: 0
# covers: @schedule recorded and without effect on a local run, several step decorators on a step
from metaflow import FlowSpec, resources, retry, schedule, step


@schedule(cron="0 6 * * ? *")
class ScheduleFlow(FlowSpec):
    @retry(times=2, minutes_between_retries=1)
    @resources(cpu=1, memory=128)
    @step
    def start(self):
        self.done = True
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    ScheduleFlow()
