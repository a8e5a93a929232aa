# A switch with one case, the other being meant as "go on".
from metaflow import FlowSpec, step


class OneCaseFlow(FlowSpec):
    @step
    def start(self):
        self.big = "yes"
        self.next({"yes": self.sample}, condition="big")

    @step
    def sample(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    OneCaseFlow()
