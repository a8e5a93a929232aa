# Class-level constants of several types, and private names.
import re

from metaflow import FlowSpec, step


class ConstantFlow(FlowSpec):
    VERSION = "1.2"
    limits = (1, 10)
    _pattern = re.compile(r"\d+")
    weights: dict = {"a": 0.5}

    @step
    def start(self):
        low, high = self.limits
        self.numbers = [int(n) for n in self._pattern.findall("1 22 5") if low <= int(n) <= high]
        self.next(self.end)

    @step
    def end(self):
        print(self.VERSION, self.numbers, self.weights)


if __name__ == "__main__":
    ConstantFlow()
