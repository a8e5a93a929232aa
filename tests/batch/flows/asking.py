"""A step on Batch that asks the team's metadata service about runs, and changes a tag."""

import os

from metaflow import Flow, FlowSpec, Parameter, Run, Task, batch, current, namespace, step


class AskingFlow(FlowSpec):
    other = Parameter("other", default="")

    @batch
    @step
    def start(self):
        self.address = os.environ["METAFLOW_SERVICE_URL"]
        me = Run(f"{current.flow_name}/{current.run_id}")
        self.user_tags = sorted(me.user_tags)
        self.system_tags = sorted(me.system_tags)
        me.add_tag("from-a-container")
        self.after = sorted(Run(me.pathspec).user_tags)
        self.steps = sorted(s.id for s in me)
        self.running = [Task(current.pathspec).finished, me.finished]
        self.hidden = None
        try:
            Run("AskingFlow/none")
        except Exception as e:
            self.missing = type(e).__name__
        if self.other:
            try:
                Run(self.other)
            except Exception as e:
                self.hidden = type(e).__name__
            namespace(None)
            older = Run(self.other)
            self.value = older["start"].task.data.address
            self.older = [older.successful, sorted(older.user_tags), older["start"].task.metadata_dict["attempt"]]
            self.runs = len(list(Flow(current.flow_name)))
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    AskingFlow()
