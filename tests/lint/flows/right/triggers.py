# Deployed flows that wait for events.
from metaflow import FlowSpec, project, step, trigger


@project(name="events")
@trigger(events=["new_data", {"name": "retrain", "parameters": {}}])
class EventFlow(FlowSpec):
    @step
    def start(self):
        self.seen = []
        self.next(self.end)

    @step
    def end(self):
        print(self.seen)


if __name__ == "__main__":
    EventFlow()
