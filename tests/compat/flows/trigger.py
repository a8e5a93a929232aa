# args:
# exit: 0
# covers: @trigger and current.trigger without an event
from metaflow import FlowSpec, Parameter, current, step, trigger


@trigger(event={"name": "table_ready", "parameters": {"rows": "count"}})
class TriggerFlow(FlowSpec):
    rows = Parameter("rows", default=0)

    @step
    def start(self):
        self.triggered = getattr(current, "trigger", None) is not None
        self.next(self.end)

    @step
    def end(self):
        print("triggered:", self.triggered)


if __name__ == "__main__":
    TriggerFlow()
