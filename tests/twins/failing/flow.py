# exit: 1
# resume-env: TWIN_GO_ON=1
# covers: a run that fails in a step, and a resume of it from there
import os

from metaflow import FlowSpec, step


class Failing(FlowSpec):
    @step
    def start(self):
        self.table = {"a": [1, 2], "b": []}
        self.next(self.shaky)

    @step
    def shaky(self):
        self.begun = True
        if not os.environ.get("TWIN_GO_ON"):
            raise RuntimeError("the moon is wrong")
        self.sum = sum(self.table["a"])
        self.next(self.end)

    @step
    def end(self):
        print("sum", self.sum)


if __name__ == "__main__":
    Failing()
