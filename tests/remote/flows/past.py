from metaflow import S3, Flow, FlowSpec, Parameter, Run, Task, current, namespace, step


class Past(FlowSpec):
    other = Parameter("other", default="")

    @step
    def start(self):
        with S3(run=self) as s3:
            url = s3.put("key", "from a container")
        with S3() as s3:
            self.read = s3.get(url).text
            self.missing = s3.get(url + "x", return_missing=True).exists
        self.where = url
        self.parts = ["a", "b"]
        self.next(self.body, foreach="parts")

    @step
    def body(self):
        self.part = self.input
        self.next(self.join)

    @step
    def join(self, inputs):
        self.merge_artifacts(inputs, exclude=["part"])
        me = Run(f"{current.flow_name}/{current.run_id}")
        self.seen = sorted(t.data.part for t in me["body"])
        self.steps = sorted(s.id for s in me)
        self.mine = me.pathspec == Flow(current.flow_name).latest_run.pathspec
        self.tagged = sorted(me.tags)
        self.finished = [Task(f"{me.pathspec}/start/1").finished, me.finished]
        self.printed = Task(f"{me.pathspec}/start/1").stdout
        try:
            Run("Nobody/1")
        except Exception as e:
            self.refused = type(e).__name__
        if self.other:
            namespace(None)
            self.older = Run(self.other)["end"].task.data.read
            self.runs = len(list(Flow(current.flow_name)))
        self.next(self.end)

    @step
    def end(self):
        assert self.read == "from a container" and not self.missing


if __name__ == "__main__":
    Past()
