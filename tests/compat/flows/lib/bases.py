"""Base classes of the inheritance flows: steps, parameters, constants and helpers that live outside the flow file."""
from metaflow import FlowSpec, Parameter, step


class Rounding:
    """Gives its flow a way to round; not a flow itself."""

    digits = 2

    def rounded(self, value):
        return round(value, self.digits)


class LoadingFlow(FlowSpec):
    """Brings the first steps."""

    size = Parameter("size", default=3, type=int, help="how many numbers to load")
    origin = "bases"

    @step
    def start(self):
        self.numbers = [n + 0.125 for n in range(self.size)]
        self.next(self.shape)

    @step
    def shape(self):
        self.shaped = "base"
        self.next(self.report)
