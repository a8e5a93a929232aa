# args:
# exit: 0
# covers: @trigger_on_finish and current.trigger without a run that triggered
from metaflow import FlowSpec, current, step, trigger_on_finish


@trigger_on_finish(flow="LinearFlow")
class TriggerOnFinishFlow(FlowSpec):
    @step
    def start(self):
        self.triggered = getattr(current, "trigger", None) is not None
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    TriggerOnFinishFlow()
