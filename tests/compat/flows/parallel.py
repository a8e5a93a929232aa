# args:
# exit: 0
# covers: num_parallel and @parallel on one machine, current.parallel, join over the nodes
from metaflow import FlowSpec, current, parallel, step


class ParallelFlow(FlowSpec):
    @step
    def start(self):
        self.base = 100
        self.next(self.train, num_parallel=3)

    @parallel
    @step
    def train(self):
        self.node = current.parallel.node_index
        self.nodes = current.parallel.num_nodes
        self.main = current.parallel.main_ip
        self.flag = current.is_parallel
        self.part = self.base + self.node
        self.next(self.combine)

    @step
    def combine(self, inputs):
        self.parts = [i.part for i in inputs]
        self.seen = [(i.node, i.nodes, i.flag) for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        self.total = sum(self.parts)


if __name__ == "__main__":
    ParallelFlow()
