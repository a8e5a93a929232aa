# args: --tag looked-at
# exit: 0
# covers: the client API inside a step: the run so far, values, logs, tasks of a foreach, what is not there
from metaflow import Flow, FlowSpec, Run, Step, Task, current, get_namespace, step


class ClientInFlowFlow(FlowSpec):
    @step
    def start(self):
        print("hello from start")
        self.items = ["p", "q"]
        self.next(self.body, foreach="items")

    @step
    def body(self):
        self.seen = self.input * 2
        self.next(self.join)

    @step
    def join(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        run = Run("%s/%s" % (current.flow_name, current.run_id))
        self.steps_so_far = sorted(s.id for s in run)
        self.bodies = sorted((t.index, t.data.seen) for t in run["body"])
        self.start_says = run["start"].task.stdout
        self.finished = (run.finished, run["join"].task.finished, run["join"].task.successful)
        self.latest = Flow(current.flow_name).latest_run.id == current.run_id
        self.namespace = get_namespace()
        self.tags = sorted(run.user_tags)
        self.absent = "nowhere" in run
        self.own_step = Step("%s/%s/end" % (current.flow_name, current.run_id)).task.id == current.task_id
        self.parents = sorted(t.pathspec.split("/")[2] for t in Task(run["join"].task.pathspec).parent_tasks)


if __name__ == "__main__":
    ClientInFlowFlow()
