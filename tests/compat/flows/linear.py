# args:
# exit: 0
# covers: three steps in a row, values set, read and replaced on the way, docstrings
"""Three steps in a row."""
from metaflow import FlowSpec, step


class LinearFlow(FlowSpec):
    """Adds a few numbers up."""

    @step
    def start(self):
        """Lay out the numbers."""
        self.numbers = [3, 1, 2]
        self.label = "raw"
        self.next(self.middle)

    @step
    def middle(self):
        """Sort them; the label changes."""
        self.ordered = sorted(self.numbers)
        self.label = self.label + "+sorted"
        self.next(self.end)

    @step
    def end(self):
        self.total = sum(self.ordered)
        print("total", self.total, self.label)


if __name__ == "__main__":
    LinearFlow()
