# A step that nothing leads to any more.
from metaflow import FlowSpec, step


class LeftoverFlow(FlowSpec):
    @step
    def start(self):
        self.x = 1
        self.next(self.new_way)

    @step
    def old_way(self):
        self.x = 2
        self.next(self.end)

    @step
    def new_way(self):
        self.x = 3
        self.next(self.end)

    @step
    def end(self):
        print(self.x)


if __name__ == "__main__":
    LeftoverFlow()
