# A gang of nodes trains one model.
from metaflow import FlowSpec, Parameter, current, parallel, step


class GangFlow(FlowSpec):
    nodes = Parameter("nodes", default=2, type=int)

    @step
    def start(self):
        self.data = list(range(100))
        self.next(self.train, num_parallel=self.nodes)

    @parallel
    @step
    def train(self):
        mine = self.data[current.parallel.node_index :: current.parallel.num_nodes]
        self.part = sum(mine)
        self.next(self.gather)

    @step
    def gather(self, inputs):
        self.total = sum(i.part for i in inputs)
        self.next(self.end)

    @step
    def end(self):
        assert self.total == 4950


if __name__ == "__main__":
    GangFlow()
