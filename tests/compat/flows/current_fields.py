# args: --tag first --tag second --alpha 3
# exit: 0
# covers: the fields of current in a plain step, a foreach body, a join
import os

from metaflow import FlowSpec, Parameter, current, step


class CurrentFieldsFlow(FlowSpec):
    alpha = Parameter("alpha", default=1)

    def note(self):
        return {
            "flow": current.flow_name,
            "step": current.step_name,
            "running": current.is_running_flow,
            "retry": current.retry_count,
            "origin": current.origin_run_id,
            "namespace": current.namespace,
            "user": current.username,
            "tags": sorted(t for t in current.tags if ":" not in t),
            "parameters": sorted(current.parameter_names),
            "pathspec": current.pathspec == "/".join([current.flow_name, current.run_id, current.step_name, current.task_id]),
            "run": current.run.pathspec == current.flow_name + "/" + current.run_id,
            "task": current.task.pathspec == current.pathspec,
            "tempdir": current.tempdir is None or os.path.isdir(current.tempdir),
            "unset": current.get("nonsense"),
            "fallback": current.get("nonsense", "fallback"),
            "has": "flow_name" in current,
            "graph": sorted(current.graph["steps"]) if hasattr(current, "graph") and current.graph else None,
        }

    @step
    def start(self):
        self.at_start = self.note()
        self.items = ["a", "b"]
        self.next(self.body, foreach="items")

    @step
    def body(self):
        self.at_body = self.note()
        self.next(self.join)

    @step
    def join(self, inputs):
        self.at_bodies = [i.at_body for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print(self)


if __name__ == "__main__":
    CurrentFieldsFlow()
