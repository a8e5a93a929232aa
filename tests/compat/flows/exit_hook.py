# args:
# exit: 0
# covers: functions to call at the end, as the graph records them
from metaflow import FlowSpec, exit_hook, step


def note(run):
    print("ended", run.finished)


@exit_hook(on_success=[note, "exit_hook.note"], on_error=["note"], options={"more": None})
class ExitHookFlow(FlowSpec):
    @step
    def start(self):
        self.x = 1
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    ExitHookFlow()
