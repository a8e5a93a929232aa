# One line is indented with a tab in a step of blanks.
from metaflow import FlowSpec, step


class IndentFlow(FlowSpec):
    @step
    def start(self):
        self.value = 3
	self.next(self.end)

    @step
    def end(self):
        print(self.value)


if __name__ == "__main__":
    IndentFlow()
