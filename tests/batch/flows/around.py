"""A step that looks at what it runs in."""

import os
import sys

from metaflow import FlowSpec, Run, batch, current, retry, step


class AroundFlow(FlowSpec):
    @retry(times=1, minutes_between_retries=0)
    @batch(executable=os.environ.get("EXECUTABLE"))
    @step
    def start(self):
        self.prefix = sys.prefix
        self.system = sorted(Run(f"{current.flow_name}/{current.run_id}").system_tags)
        self.job = os.environ["AWS_BATCH_JOB_ID"]
        if current.retry_count == 0:
            os.abort()
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    AroundFlow()
