# A step that takes options like a function.
from metaflow import FlowSpec, step


class OptionsFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.train)

    @step
    def train(self, inputs, depth=3):
        self.depth = depth
        self.next(self.end)

    @step
    def end(self):
        print(self.depth)


if __name__ == "__main__":
    OptionsFlow()
