# a step sets a parameter
from metaflow import FlowSpec, Parameter, step


class SetsAParameter(FlowSpec):
    alpha = Parameter("alpha", default=1)

    @step
    def start(self):
        self.alpha = 2  # SP209
        self.next(self.end)

    @step
    def end(self):
        print(self.alpha)


if __name__ == "__main__":
    SetsAParameter()
