# What joins do with their inputs: index, slice by name, iterate twice, unpack, zip.
from metaflow import FlowSpec, step


class JoinFlow(FlowSpec):
    @step
    def start(self):
        self.seed = 7
        self.next(self.linear_model, self.tree_model)

    @step
    def linear_model(self):
        self.score, self.label = 0.8, "linear"
        self.next(self.choose)

    @step
    def tree_model(self):
        self.score, self.label = 0.9, "tree"
        self.next(self.choose)

    @step
    def choose(self, inputs):
        first, second = inputs
        best = max(inputs, key=lambda i: i.score)
        self.label, self.score = best.label, best.score
        self.scores = dict(zip((i.label for i in inputs), (i.score for i in inputs)))
        self.gap = inputs.tree_model.score - inputs.linear_model.score
        self.same_seed = first.seed == second.seed == inputs[0].seed
        self.seed = first.seed
        self.next(self.end)

    @step
    def end(self):
        print(self.label, self.score, self.scores, self.gap, self.same_seed, self.seed)


if __name__ == "__main__":
    JoinFlow()
