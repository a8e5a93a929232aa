# env: METAFLOW_FLOW_CONFIG='{"cfg":"configs/us.json"}' METAFLOW_FLOW_CONFIG_VALUE='{"other":{"x":[1,2]},"text":"plain"}'
# args:
# exit: 0
# covers: configs given by variables of the environment
from metaflow import Config, FlowSpec, step


class ConfigEnvironmentFlow(FlowSpec):
    cfg = Config("cfg", required=True)
    other = Config("other")
    text = Config("text", plain=True)

    @step
    def start(self):
        self.read = (self.cfg.lr, self.other.x, self.text)
        self.next(self.end)

    @step
    def end(self):
        print(self.read)


if __name__ == "__main__":
    ConfigEnvironmentFlow()
