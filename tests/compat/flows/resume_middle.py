# args: --factor 3
# exit: 1
# resume-env: COMPAT_FIXED=1
# resume-exit: 0
# covers: resume of a linear run whose middle step failed: clones, parameters kept, current.origin_run_id
import os

from metaflow import FlowSpec, Parameter, current, step


class ResumeMiddleFlow(FlowSpec):
    factor = Parameter("factor", default=1)

    @step
    def start(self):
        self.value = 5
        self.first_time = current.origin_run_id is None
        print("start ran")
        self.next(self.breaks)

    @step
    def breaks(self):
        if not os.environ.get("COMPAT_FIXED"):
            raise RuntimeError("fails the first time")
        self.value = self.value * self.factor
        self.resumed = current.origin_run_id is not None
        self.next(self.end)

    @step
    def end(self):
        print(self.value)


if __name__ == "__main__":
    ResumeMiddleFlow()
