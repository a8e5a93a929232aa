# args:
# exit: 2
# covers: a config without a usable value (missing) ends before there is a run
from metaflow import Config, FlowSpec, step


class ConfigMissingFlow(FlowSpec):
    cfg = Config("cfg", required=True)

    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        print(self.cfg)


if __name__ == "__main__":
    ConfigMissingFlow()
