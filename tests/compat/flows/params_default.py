# args:
# exit: 0
# covers: defaults of every type, no default at all, deploy-time functions, a default split by its separator
import json

from metaflow import FlowSpec, JSONType, Parameter, step


def label(context):
    return "%s/%s/%s" % (context.flow_name, context.user_name, context.parameter_name)


def sizes(context):
    return json.dumps({"sizes": [1, 2, 3]})


class ParamsDefaultFlow(FlowSpec):
    text = Parameter("text", default="plain")
    nothing = Parameter("nothing")
    nothing_int = Parameter("nothing_int", type=int)
    count = Parameter("count", default=12, help="a number", show_default=True)
    ratio = Parameter("ratio", default=1.0)
    flag = Parameter("flag", default=True)
    shape = Parameter("shape", type=JSONType, default='{"k": [1, 2]}')
    names = Parameter("names", default="p|q|r", separator="|")
    made = Parameter("made", default=label, type=str)
    made_json = Parameter("made_json", default=sizes, type=JSONType)
    made_int = Parameter("made_int", default=lambda context: 41 + 1, type=int)
    optional = Parameter("optional", required=False, type=float)

    @step
    def start(self):
        self.kinds = [
            type(v).__name__
            for v in (self.nothing, self.nothing_int, self.count, self.ratio, self.flag, self.shape, self.names)
        ]
        self.next(self.end)

    @step
    def end(self):
        print(self.made, self.made_json, self.made_int)


if __name__ == "__main__":
    ParamsDefaultFlow()
