# Configs with inline values, used in steps and decorators.
from metaflow import Config, FlowSpec, config_expr, resources, step


class ConfiguredFlow(FlowSpec):
    settings = Config("settings", default_value={"model": {"depth": 3}, "memory": 512, "names": ["a", "b"]})

    @resources(memory=config_expr("settings.memory"))
    @step
    def start(self):
        self.depth = self.settings.model.depth
        self.next(self.end)

    @step
    def end(self):
        print(self.depth, self.settings["names"])


if __name__ == "__main__":
    ConfiguredFlow()
