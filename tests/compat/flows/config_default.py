# args:
# exit: 0
# covers: a config from its default file: in decorators, parameters, class bodies and steps, by keys and by expressions
import os

from metaflow import Config, FlowSpec, Parameter, config_expr, environment, project, retry, step

FACTOR = 2


@project(name=config_expr("cfg.project"))
class ConfigDefaultFlow(FlowSpec):
    cfg = Config("cfg", default="configs/base.json", help="all of it")
    other = Config("other-one", default_value={"x": [1, {"y": 2}]})
    empty = Config("empty")
    alpha = Parameter("alpha", **cfg.alpha)
    lr = Parameter("lr", default=cfg.lr, help="the rate")
    both = Parameter("both", default=config_expr("FACTOR * cfg.layers[0].units"))
    late = Parameter("late", default=lambda context: context.configs.cfg.name)
    constant = 5

    @retry(times=cfg.retries, minutes_between_retries=0)
    @environment(vars={"RATE": config_expr("str(cfg.lr)"), "WHO": cfg.env.WHO})
    @step
    def start(self):
        self.rate = os.environ["RATE"], os.environ["WHO"]
        self.values = (self.alpha, self.lr, self.both, self.late, self.constant)
        self.read = (self.cfg.nested.deep.er, self.cfg["nested"]["none"], self.other.x[1].y, self.cfg.literal)
        self.kept = self.cfg.to_dict()
        self.part = self.cfg.layers
        self.whole = self.cfg
        self.next(self.end)

    @environment(vars=cfg.env)
    @step
    def end(self):
        print(os.environ["GREETING"], self.empty, self.whole.lr, type(self.cfg).__name__, self.cfg.name)


if __name__ == "__main__":
    ConfigDefaultFlow()
