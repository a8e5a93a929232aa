# args:
# exit: 0
# covers: functions as defaults of configs, and as parsers
import json

from metaflow import Config, FlowSpec, step


def where(context):
    return f"configs/{'base' if context.flow_name == 'ConfigFunctionsFlow' else 'us'}.json"


def what(context):
    return {"flow": context.flow_name, "config": context.parameter_name, "configs": context.configs is None}


def reversed_keys(text):
    return {key[::-1]: value for key, value in json.loads(text).items()}


class ConfigFunctionsFlow(FlowSpec):
    cfg = Config("cfg", default=where)
    made = Config("made", default_value=what)
    turned = Config("turned", default_value={"abc": {"d": 1}}, parser=reversed_keys)

    @step
    def start(self):
        self.read = (self.cfg.name, self.made.to_dict(), self.turned.cba.d)
        self.next(self.end)

    @step
    def end(self):
        print(self.read)


if __name__ == "__main__":
    ConfigFunctionsFlow()
