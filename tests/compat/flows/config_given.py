# top: --config cfg configs/us.json --config-value other '{"x": "given"}' --config-value text 'not json'
# args: --alpha 4
# exit: 0
# covers: configs given by file and by value, before the command
from metaflow import Config, FlowSpec, Parameter, current, step


class ConfigGivenFlow(FlowSpec):
    cfg = Config("cfg", default="configs/base.json")
    other = Config("other", required=True)
    text = Config("text", plain=True)
    parsed = Config("parsed", default="configs/pairs.txt", parser="configs.parsing.pairs")
    listed = Config("listed", default="configs/pairs.txt", parser="configs.parsing.lines", plain=True)
    alpha = Parameter("alpha", default=1)

    @step
    def start(self):
        self.read = (self.cfg.region, self.other.x, self.text, self.parsed.b, self.listed[1], self.alpha)
        self.names = current.parameter_names
        self.next(self.end)

    @step
    def end(self):
        print(self.read, self.names, type(self.listed).__name__, type(self.text).__name__)


if __name__ == "__main__":
    ConfigGivenFlow()
