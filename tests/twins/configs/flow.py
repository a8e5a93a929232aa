# top: --config-value other '{"limit": 4}'
# exit: 0
# covers: a config from its default file and one given as a value; its parts in steps
from metaflow import Config, FlowSpec, step


class Configs(FlowSpec):
    cfg = Config("cfg", default="base.json")
    other = Config("other", default_value={"limit": 1})

    @step
    def start(self):
        self.name_read = self.cfg.name
        self.units = [layer.units for layer in self.cfg.layers]
        self.deep = self.cfg.options.deep.er
        self.limit = self.other.limit
        self.next(self.end)

    @step
    def end(self):
        print("%s at %g, limit %d" % (self.cfg.name, self.cfg.rate, self.limit))


if __name__ == "__main__":
    Configs()
