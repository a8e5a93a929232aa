"""Every construct that a deployment can have: parameters, a config, a split, nested foreach, a switch, a loop, retries, a caught failure, a timeout."""

import os

from metaflow import (
    Config,
    FlowSpec,
    IncludeFile,
    JSONType,
    Parameter,
    catch,
    current,
    environment,
    resources,
    retry,
    step,
    timeout,
)

from lib import shout


class EveryFlow(FlowSpec):
    cfg = Config("cfg", default="every.json")
    alpha = Parameter("alpha", default=cfg.alpha)
    shape = Parameter("shape", type=JSONType, default='{"sides": 3}')
    words = IncludeFile("words", default="words.txt")

    @step
    def start(self):
        self.outer = list(self.cfg.letters)
        self.greeting = shout(self.words.split()[0])
        self.next(self.left, self.right)

    @step
    def left(self):
        self.next(self.fan, foreach="outer")

    @resources(memory=600, cpu=1)
    @step
    def fan(self):
        self.letter = self.input
        self.inner = list(range(1, 2 + self.index))
        self.next(self.leaf, foreach="inner")

    @environment(vars={"MARK": "!"})
    @step
    def leaf(self):
        self.product = "%s%d%s" % (self.letter, self.input * self.alpha, os.environ["MARK"])
        print("made", self.product)
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
    @timeout(seconds=300)
    @step
    def given_up(self):
        if self.tried:
            raise RuntimeError("never")
        self.next(self.meet)

    @step
    def meet(self, inputs):
        self.products = inputs.collect.products
        self.tried = inputs.given_up.tried
        self.why = str(inputs.given_up.problem).strip().splitlines()[-1]
        self.merge_artifacts(inputs, include=["greeting"])
        self.count = 0
        self.next(self.again)

    @step
    def again(self):
        self.count += 1
        self.more = "yes" if self.count < self.cfg.rounds else "no"
        self.next({"yes": self.again, "no": self.choose}, condition="more")

    @step
    def choose(self):
        self.kind = "triangle" if self.shape["sides"] == 3 else "other"
        self.next({"triangle": self.triangle, "other": self.other}, condition="kind")

    @step
    def triangle(self):
        self.area = 0.5 * self.alpha
        self.next(self.end)

    @step
    def other(self):
        self.area = 1.0
        self.next(self.end)

    @step
    def end(self):
        print(self.greeting, self.products, self.tried, self.count, self.area)


if __name__ == "__main__":
    EveryFlow()
