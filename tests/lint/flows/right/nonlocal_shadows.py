# Local names that look like steps, artifacts and the SDK's words.
from metaflow import FlowSpec, step


class ShadowFlow(FlowSpec):
    @step
    def start(self):
        end = 3
        step = end + 1
        FlowSpec = "a name"
        self.value = [step, FlowSpec]
        next = iter(self.value).__next__
        next()
        self.next(self.end)

    @step
    def end(self):
        start = self.value
        print(start)


if __name__ == "__main__":
    ShadowFlow()
