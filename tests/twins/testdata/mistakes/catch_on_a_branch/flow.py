# a step that branches is caught
from metaflow import FlowSpec, catch, step


class CatchOnABranch(FlowSpec):
    @catch(var="problem")  # SP313
    @step
    def start(self):
        self.items = [1, 2]
        self.next(self.body, foreach="items")

    @step
    def body(self):
        self.next(self.join)

    @step
    def join(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    CatchOnABranch()
