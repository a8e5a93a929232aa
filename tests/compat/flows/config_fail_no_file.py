# args:
# exit: 2
# covers: a config without a usable value (no_file) ends before there is a run
from metaflow import Config, FlowSpec, step


class ConfigNoFileFlow(FlowSpec):
    cfg = Config("cfg", default="configs/nowhere.json")

    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        print(self.cfg)


if __name__ == "__main__":
    ConfigNoFileFlow()
