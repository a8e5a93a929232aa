# a config's file is not there
from metaflow import Config, FlowSpec, step


class NoConfigFile(FlowSpec):
    cfg = Config("cfg", default="nowhere.json")  # SP401

    @step
    def start(self):
        print(self.cfg)
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    NoConfigFile()
