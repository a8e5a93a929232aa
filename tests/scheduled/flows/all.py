import os
import time

from metaflow import S3, Config, FlowSpec, IncludeFile, Parameter, current, get_namespace, project, retry, step


def stamp(context):
    return "made for %s by %s" % (context.parameter_name, context.user_name)


@project(name="scheduled_tests")
class All(FlowSpec):
    cfg = Config("cfg", default_value={"depth": 3, "metric": {"name": "mape"}})
    made = Parameter("made", default=stamp)
    words = IncludeFile("words", default="words.txt")
    alpha = Parameter("alpha", default=1, type=int)
    how = Parameter("how", default="")

    @retry(times=4, minutes_between_retries=0)
    @step
    def start(self):
        print("begun", current.retry_count, flush=True)
        if self.how == "wait" and current.retry_count == 0:
            time.sleep(600)
        if self.how == "raise":
            raise ValueError("as it was asked for")
        self.seen = {
            "run": current.run_id,
            "task": current.task_id,
            "retry": current.retry_count,
            "namespace": get_namespace(),
            "tags": sorted(t for t in current.tags),
            "production": (current.is_production, current.project_flow_name),
            "user": current.username,
            "variable": os.environ["METAFLOW_RUN_ID"],
            "coordinates": [name for name in os.environ if name.startswith("SPINDLE_EXECUTION")],
        }
        with S3(run=self) as s3:
            self.url = s3.put("key", "from a container")
        self.depth = self.cfg.depth
        self.metric = self.cfg.metric.name
        self.first = self.words.split()[0]
        self.next(self.end)

    @step
    def end(self):
        with S3(run=self) as s3:
            self.read = s3.get("key").text
        print("alpha", self.alpha, self.made)


if __name__ == "__main__":
    All()
