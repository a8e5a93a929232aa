# A branch of the outer split comes into the inner join.
from metaflow import FlowSpec, step


class InnerFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.features, self.labels)

    @step
    def features(self):
        self.next(self.dense, self.sparse)

    @step
    def dense(self):
        self.next(self.together)

    @step
    def sparse(self):
        self.next(self.together)

    @step
    def labels(self):
        self.next(self.together)

    @step
    def together(self, inputs):
        self.n = len(list(inputs))
        self.next(self.all_of_it)

    @step
    def all_of_it(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    InnerFlow()
