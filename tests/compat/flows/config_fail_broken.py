# args:
# exit: 2
# covers: a config without a usable value (broken) ends before there is a run
from metaflow import Config, FlowSpec, step


class ConfigBrokenFlow(FlowSpec):
    cfg = Config("cfg", default="configs/broken.json")

    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        print(self.cfg)


if __name__ == "__main__":
    ConfigBrokenFlow()
