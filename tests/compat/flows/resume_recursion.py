# args:
# exit: 1
# resume-env: COMPAT_FIXED=1
# resume-exit: 0
# covers: resume of a loop that failed in its third round
import os

from metaflow import FlowSpec, step


class ResumeRecursionFlow(FlowSpec):
    @step
    def start(self):
        self.count = 0
        self.next(self.again)

    @step
    def again(self):
        self.count += 1
        if self.count == 3 and not os.environ.get("COMPAT_FIXED"):
            raise RuntimeError("third round fails the first time")
        self.more = "yes" if self.count < 4 else "no"
        self.next({"yes": self.again, "no": self.done}, condition="more")

    @step
    def done(self):
        self.next(self.end)

    @step
    def end(self):
        print(self.count)


if __name__ == "__main__":
    ResumeRecursionFlow()
