"""A split, nested foreach with a join, retries, and a step that stays on this machine."""

import os
import sys

from metaflow import FlowSpec, Parameter, catch, current, environment, resources, retry, step


class WideFlow(FlowSpec):
    alpha = Parameter("alpha", default=2, type=int)

    @step
    def start(self):
        self.outer = ["a", "b"]
        self.next(self.left, self.right)

    @step
    def left(self):
        self.next(self.fan, foreach="outer")

    @resources(memory=600, cpu=1)
    @step
    def fan(self):
        self.letter = self.input
        self.inner = [1, 2, 3]
        self.next(self.leaf, foreach="inner")

    @environment(vars={"GREETING": "hello"})
    @step
    def leaf(self):
        self.product = "%s%d" % (self.letter, self.input * self.alpha)
        print(os.environ["GREETING"], self.product)
        print("to stderr", file=sys.stderr)
        self.next(self.gather)

    @step
    def gather(self, inputs):
        self.products = [i.product for i in inputs]
        self.letter = inputs[0].letter
        self.next(self.collect)

    @step
    def collect(self, inputs):
        self.products = sorted(sum((i.products for i in inputs), []))
        self.next(self.meet)

    @retry(times=2, minutes_between_retries=0)
    @step
    def right(self):
        if current.retry_count < 1:
            raise ValueError("not yet")
        self.tried = current.retry_count
        self.next(self.given_up)

    @catch(var="problem")
    @retry(times=0)
    @step
    def given_up(self):
        if self.tried:
            raise RuntimeError("never")
        self.next(self.meet)

    @step
    def meet(self, inputs):
        self.products = inputs.collect.products
        self.tried = inputs.given_up.tried
        self.problem = str(inputs.given_up.problem).strip().splitlines()[-1]
        self.big = bytes(range(256)) * 40000
        self.next(self.end)

    @step
    def end(self):
        print("products", self.products, "tried", self.tried, len(self.big))


if __name__ == "__main__":
    WideFlow()
