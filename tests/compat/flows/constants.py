# args:
# exit: 0
# covers: class constants as artifacts, their protection and that of parameters; properties, static and class methods
from metaflow import FlowSpec, Parameter, step


class ConstantsFlow(FlowSpec):
    LIMIT = 5
    table = {"a": [1, 2], "b": None}
    words = ("x", "y")
    _hidden = "not an artifact"
    alpha = Parameter("alpha", default=1)

    @property
    def doubled(self):
        return self.LIMIT * 2

    @staticmethod
    def triple(value):
        return 3 * value

    @classmethod
    def title(cls):
        return cls.__name__

    @step
    def start(self):
        self.refused = []
        for name in ("LIMIT", "alpha", "table"):
            try:
                setattr(self, name, 0)
            except AttributeError as problem:
                self.refused.append((name, type(problem).__name__))
        self.derived = (self.doubled, self.triple(2), self.title(), self._hidden)
        self.next(self.end)

    @step
    def end(self):
        self.summary = [self.LIMIT, self.table["a"], list(self.words), self.alpha]


if __name__ == "__main__":
    ConstantsFlow()
