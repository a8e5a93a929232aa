# args: --text 'two words' --count -3 --ratio 2.5e-3 --flag true --shape '{"a": [1, null, "é"]}' --names 'x,y,,z' --many 1 --many 2 --empty '' --dash-ed 4
# exit: 0
# covers: parameters of every type given on the command line
from metaflow import FlowSpec, JSONType, Parameter, step


class ParamsTypesFlow(FlowSpec):
    text = Parameter("text", type=str)
    count = Parameter("count", type=int)
    ratio = Parameter("ratio", type=float)
    flag = Parameter("flag", type=bool, default=False)
    shape = Parameter("shape", type=JSONType)
    names = Parameter("names", separator=",")
    many = Parameter("many", type=int, multiple=True)
    empty = Parameter("empty", default="something")
    dashed = Parameter("dash-ed", type=int, default=0)

    @step
    def start(self):
        self.kinds = [
            type(v).__name__
            for v in (self.text, self.count, self.ratio, self.flag, self.shape, self.names, self.many, self.empty)
        ]
        self.next(self.end)

    @step
    def end(self):
        print(self.text, self.count, self.ratio, self.flag, self.shape, self.names, list(self.many), repr(self.empty))


if __name__ == "__main__":
    ParamsTypesFlow()
