# A base flow holds most steps; the flow overrides one of them and adds a helper.
from metaflow import FlowSpec, Parameter, step


class TrainingBase(FlowSpec):
    """What every training job of the team does."""

    seed = Parameter("seed", default=17, help="for reproducible splits")

    @step
    def start(self):
        self.rows = self.load()
        self.next(self.train)

    @step
    def train(self):
        raise NotImplementedError

    @step
    def end(self):
        print("best model:", self.model)

    def load(self):
        return []


class ChurnFlow(TrainingBase):
    def load(self):
        return [(i, i % 2) for i in range(self.seed)]

    @step
    def train(self):
        self.model = {"rows": len(self.rows)}
        self.next(self.end)


if __name__ == "__main__":
    ChurnFlow()
