# num_parallel to a step without @parallel.
from metaflow import FlowSpec, step


class NotAGangFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.train, num_parallel=4)

    @step
    def train(self):
        self.part = 1
        self.next(self.join)

    @step
    def join(self, inputs):
        self.total = sum(i.part for i in inputs)
        self.next(self.end)

    @step
    def end(self):
        print(self.total)


if __name__ == "__main__":
    NotAGangFlow()
