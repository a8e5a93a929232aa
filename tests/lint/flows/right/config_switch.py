# A switch whose cases are values of a config.
from metaflow import Config, FlowSpec, step


class ConfigSwitchFlow(FlowSpec):
    cfg = Config("cfg", default_value={"cheap": "c", "dear": "d"})

    @step
    def start(self):
        self.plan = self.cfg.cheap
        self.next({self.cfg.cheap: self.cheap, self.cfg.dear: self.dear}, condition="plan")

    @step
    def cheap(self):
        self.price = 1
        self.next(self.end)

    @step
    def dear(self):
        self.price = 100
        self.next(self.end)

    @step
    def end(self):
        print(self.price)


if __name__ == "__main__":
    ConfigSwitchFlow()
