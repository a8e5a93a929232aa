"""A step of several nodes that find each other over the network, the second time."""

import os
import socket
import time

from metaflow import FlowSpec, Parameter, batch, current, parallel, retry, step


class TogetherFlow(FlowSpec):
    port = Parameter("port", type=int)
    fails = Parameter("fails", type=int)

    @step
    def start(self):
        self.next(self.train, num_parallel=3)

    @retry(times=1, minutes_between_retries=0)
    @batch(cpu=1)
    @parallel
    @step
    def train(self):
        p = current.parallel
        self.node, self.nodes, self.control = p.node_index, p.num_nodes, p.control_task_id
        self.main, self.job = p.main_ip, os.environ["AWS_BATCH_JOB_ID"]
        if current.retry_count == 0 and p.node_index == self.fails:
            raise ValueError("node %d fails" % p.node_index)
        if current.retry_count > 0:
            self.heard = self.meet(p)
        print("node", p.node_index, "of", p.num_nodes, "at", p.main_ip)
        self.next(self.combine)

    def meet(self, p):
        if p.node_index > 0:
            return self.tell(p)
        with socket.create_server(("", self.port)) as server:
            heard = []
            for _ in range(p.num_nodes - 1):
                c, _ = server.accept()
                with c:
                    heard.append(int(c.makefile().readline()))
            return sorted(heard)

    def tell(self, p):
        while True:
            try:
                with socket.create_connection((p.main_ip, self.port)) as c:
                    c.sendall(b"%d\n" % p.node_index)
                    return None
            except ConnectionRefusedError:
                time.sleep(0.05)  # the main node is on its way

    @step
    def combine(self, inputs):
        self.seen = [(i.node, i.nodes) for i in inputs]
        self.heard = inputs[0].heard
        self.jobs = sorted(i.job for i in inputs)
        self.next(self.end)

    @step
    def end(self):
        print("heard", self.heard, "seen", self.seen)


if __name__ == "__main__":
    TogetherFlow()
