# args:
# exit: 0
# covers: configs of a base class, and constants beside them
from metaflow import Config, FlowSpec, Parameter, step


class Base(FlowSpec):
    cfg = Config("cfg", default="configs/us.json")
    size = Parameter("size", default=cfg.lr)


class ConfigInheritedFlow(Base):
    more = Config("more", default_value='{"a": {"b": [1, 2, 3]}}')
    FIXED = {"k": 1}

    @step
    def start(self):
        self.read = (self.cfg.region, self.size, self.more.a.b[-1])
        self.next(self.end)

    @step
    def end(self):
        print(self.read)


if __name__ == "__main__":
    ConfigInheritedFlow()
