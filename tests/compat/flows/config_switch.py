# args:
# exit: 0
# covers: a switch whose cases are keys of a config; a config in a foreach and at a join
from metaflow import Config, FlowSpec, step


class ConfigSwitchFlow(FlowSpec):
    cfg = Config("cfg", default_value={"fast": "quick", "slow": "thorough", "items": [{"n": 1}, {"n": 2}]})

    @step
    def start(self):
        self.mode = "thorough"
        self.next({self.cfg.fast: self.run_fast, self.cfg.slow: self.run_slow}, condition="mode")

    @step
    def run_fast(self):
        self.next(self.fan)

    @step
    def run_slow(self):
        self.next(self.fan)

    @step
    def fan(self):
        self.items = self.cfg["items"]
        self.next(self.body, foreach="items")

    @step
    def body(self):
        self.n = self.input.n * 10
        self.next(self.join)

    @step
    def join(self, inputs):
        self.all = [i.n for i in inputs] + [inputs[0].cfg.fast]
        self.next(self.end)

    @step
    def end(self):
        print(self.all, self.cfg.slow)


if __name__ == "__main__":
    ConfigSwitchFlow()
