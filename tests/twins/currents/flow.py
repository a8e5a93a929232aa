# args: --tag first --tag second --alpha 3
# exit: 0
# covers: the fields of current in a plain step, a foreach body, a join; tags
from metaflow import FlowSpec, Parameter, current, step


def note():
    return {
        "flow": current.flow_name,
        "step": current.step_name,
        "retry": current.retry_count,
        "namespace": current.namespace,
        "user": current.username,
        "tags": sorted(t for t in current.tags if ":" not in t),
        "pathspec": current.pathspec == "/".join([current.flow_name, current.run_id, current.step_name, current.task_id]),
    }


class Currents(FlowSpec):
    alpha = Parameter("alpha", default=1)

    @step
    def start(self):
        self.at_start = note()
        self.outside = self.index is None
        self.items = ["a", "b"]
        self.next(self.body, foreach="items")

    @step
    def body(self):
        self.at_body = note()
        self.where = self.index
        self.next(self.join)

    @step
    def join(self, inputs):
        self.at_bodies = [i.at_body for i in inputs]
        self.wheres = [i.where for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print(current.flow_name, current.step_name)


if __name__ == "__main__":
    Currents()
