# exit: 1
# resume-env: TWIN_GO_ON=1
# covers: an item of a foreach that blows up, and a resume that does that item only
import os

from metaflow import FlowSpec, step


class Panicking(FlowSpec):
    @step
    def start(self):
        self.items = ["a", "b", "c"]
        self.next(self.body, foreach="items")

    @step
    def body(self):
        if self.input == "c" and not os.environ.get("TWIN_GO_ON"):
            raise RuntimeError("not c")
        self.doubled = self.input * 2
        self.next(self.join)

    @step
    def join(self, inputs):
        self.all = [i.doubled for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print("-".join(self.all))


if __name__ == "__main__":
    Panicking()
