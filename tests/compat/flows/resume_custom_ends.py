# args:
# exit: 1
# resume-env: COMPAT_FIXED=1
# resume-exit: 0
# covers: resume of a flow whose start and end have other names
import os

from metaflow import FlowSpec, step


class ResumeCustomEndsFlow(FlowSpec):
    @step(start=True)
    def begin(self):
        self.value = 2
        self.next(self.finish)

    @step(end=True)
    def finish(self):
        if not os.environ.get("COMPAT_FIXED"):
            raise RuntimeError("fails the first time")
        self.value = self.value * 2


if __name__ == "__main__":
    ResumeCustomEndsFlow()
