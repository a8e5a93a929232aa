# args:
# exit: 0
# covers: a switch step that names itself, four rounds, then goes on
from metaflow import FlowSpec, step


class RecursionFlow(FlowSpec):
    @step
    def start(self):
        self.value = 20
        self.rounds = []
        self.next(self.halve)

    @step
    def halve(self):
        self.value = self.value // 2
        self.rounds = self.rounds + [self.value]
        self.verdict = "stop" if self.value <= 1 else "again"
        self.next({"again": self.halve, "stop": self.after}, condition="verdict")

    @step
    def after(self):
        self.count = len(self.rounds)
        self.next(self.end)

    @step
    def end(self):
        print(self.rounds)


if __name__ == "__main__":
    RecursionFlow()
