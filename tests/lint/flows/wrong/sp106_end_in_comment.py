# The end step is commented out.
from metaflow import FlowSpec, step


class CommentFlow(FlowSpec):
    @step
    def start(self):
        self.model = "m"
        self.next(self.evaluate)

    @step
    def evaluate(self):
        self.score = len(self.model)
        self.next(self.end)

    # @step
    # def end(self):
    #     print(self.score)


if __name__ == "__main__":
    CommentFlow()
