# args:
# exit: 1
# covers: an exception in a step: its artifacts so far, the stored exception, chained causes, no later step
from metaflow import FlowSpec, step


def dig(depth):
    if depth == 0:
        return {}["missing"]
    return dig(depth - 1)


class FailStepFlow(FlowSpec):
    @step
    def start(self):
        self.fine = True
        self.next(self.breaks)

    @step
    def breaks(self):
        self.before = "stored"
        print("about to fail")
        try:
            dig(2)
        except KeyError as missing:
            raise ValueError("could not dig") from missing
        self.next(self.end)

    @step
    def end(self):
        self.never = True


if __name__ == "__main__":
    FailStepFlow()
