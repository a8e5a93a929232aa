# Several faults of different kinds in one flow.
from metaflow import FlowSpec, step


class ManyFlow(FlowSpec):
    @step
    def start(self):
        self.items = [1]
        self.next(self.Work, foreach=self.items)

    @step
    def Work(self, inputs, extra):
        self.next("join")

    @step
    def lonely(self):
        self.next(self.gone)

    @step
    def end(self):
        self.next(self.start)


if __name__ == "__main__":
    ManyFlow()
