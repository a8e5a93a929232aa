from metaflow import FlowSpec, project, schedule, step


@schedule(hourly=True)
@project(name="demand")
class TimedFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    TimedFlow()
