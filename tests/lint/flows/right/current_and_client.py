# current, Flow and Run are used in steps, under other names and inside of helpers.
from metaflow import Flow, FlowSpec, current, namespace, step
from metaflow.exception import MetaflowNotFound


def previous(flow_name):
    namespace(None)
    try:
        return Flow(flow_name).latest_successful_run
    except MetaflowNotFound:
        return None


class HistoryFlow(FlowSpec):
    @step
    def start(self):
        self.before = str(previous(current.flow_name))
        self.me = (current.run_id, current.step_name, current.retry_count)
        self.next(self.end)

    @step
    def end(self):
        print(self.before, self.me)


if __name__ == "__main__":
    HistoryFlow()
