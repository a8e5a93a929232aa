import os

from metaflow import FlowSpec, Parameter, catch, current, parallel, retry, step


class TestFlow(FlowSpec):
    alpha = Parameter("alpha", default=0.5)

    @step
    def start(self):
        self.items = ["a", "b", "c"]
        self.next(self.body, foreach="items")

    @step
    def body(self):
        self.pairs = [self.input + "1", self.input + "2"]
        self.next(self.inner, foreach="pairs")

    @step
    def inner(self):
        self.text = self.input * 2
        self.next(self.gather)

    @step
    def gather(self, inputs):
        self.texts = [i.text for i in inputs]
        self.next(self.join)

    @step
    def join(self, inputs):
        self.all = sum((i.texts for i in inputs), [])
        self.n = 0
        self.next(self.loop)

    @step
    def loop(self):
        self.n += 1
        self.case = "again" if self.n < 3 else "go"
        self.next({"again": self.loop, "go": self.train}, condition="case")

    @step
    def train(self):
        self.next(self.node, num_parallel=2)

    @parallel
    @step
    def node(self):
        self.part = current.parallel.node_index
        self.next(self.meet)

    @step
    def meet(self, inputs):
        self.parts = [i.part for i in inputs]
        self.merge_artifacts(inputs, exclude=["part"])
        self.next(self.flaky)

    @retry(times=1)
    @step
    def flaky(self):
        if current.retry_count == 0:
            raise ValueError("once")
        if os.environ.get("TEST_FLOW_FAILS"):
            raise ValueError("for good")
        self.next(self.caught)

    @catch(var="why", print_exception=False)
    @step
    def caught(self):
        raise KeyError("gone")
        self.next(self.end)

    @step
    def end(self):
        print("all:", ",".join(self.all), self.parts, self.n, self.alpha, self.why.type)


if __name__ == "__main__":
    TestFlow()
