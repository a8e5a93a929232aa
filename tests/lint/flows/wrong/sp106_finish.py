# The last step is called finish, as in other tools.
from metaflow import FlowSpec, step


class FinishFlow(FlowSpec):
    @step
    def start(self):
        self.x = 1
        self.next(self.finish)

    @step
    def finish(self):
        print(self.x)


if __name__ == "__main__":
    FinishFlow()
