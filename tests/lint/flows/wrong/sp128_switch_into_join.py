# One case of a switch skips the work and goes to the join at once.
from metaflow import FlowSpec, step


class SkipFlow(FlowSpec):
    @step
    def start(self):
        self.files = ["a", "b"]
        self.next(self.look, foreach="files")

    @step
    def look(self):
        self.state = "new" if self.input == "a" else "old"
        self.next({"new": self.process, "old": self.join}, condition="state")

    @step
    def process(self):
        self.next(self.join)

    @step
    def join(self, inputs):
        self.states = [i.state for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print(self.states)


if __name__ == "__main__":
    SkipFlow()
