# exit: 0
# covers: a gang of three nodes on one machine, and the join over them
from metaflow import FlowSpec, current, parallel, step


class Ganged(FlowSpec):
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
        self.part = self.base + self.node
        self.next(self.combine)

    @step
    def combine(self, inputs):
        self.parts = [i.part for i in inputs]
        self.seen = [i.nodes for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print("total", sum(self.parts))


if __name__ == "__main__":
    Ganged()
