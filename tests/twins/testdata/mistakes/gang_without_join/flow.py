# a gang is not joined
from metaflow import FlowSpec, parallel, step


class GangWithoutJoin(FlowSpec):
    @step
    def start(self):
        self.next(self.train, num_parallel=2)

    @parallel
    @step
    def train(self):
        self.next(self.end)  # SP132

    @step
    def end(self):
        pass


if __name__ == "__main__":
    GangWithoutJoin()
