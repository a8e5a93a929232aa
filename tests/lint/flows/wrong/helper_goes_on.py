# The transition is made by a helper method that several steps share.
from metaflow import FlowSpec, step


class SharedFlow(FlowSpec):
    def proceed(self):
        self.next(self.end)

    @step
    def start(self):
        self.x = 1
        self.proceed()

    @step
    def end(self):
        print(self.x)


if __name__ == "__main__":
    SharedFlow()
