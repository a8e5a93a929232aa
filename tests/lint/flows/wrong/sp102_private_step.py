# A step that is meant to be private.
from metaflow import FlowSpec, step


class PrivateFlow(FlowSpec):
    @step
    def start(self):
        self.next(self._prepare)

    @step
    def _prepare(self):
        self.ready = True
        self.next(self.end)

    @step
    def end(self):
        print(self.ready)


if __name__ == "__main__":
    PrivateFlow()
