# args: --text '2 w' --count -3 --ratio 2.5e-3 --flag true --shape '{"a": [1], "b": {"c": true}}' --names 'x,y,,z' --many 1 --many 2 --empty '' --dash-ed 4
# exit: 0
# covers: parameters of every type given on the command line; a foreach over one
from metaflow import FlowSpec, JSONType, Parameter, step


class Parameters(FlowSpec):
    text = Parameter("text", type=str, help="a text", required=True)
    count = Parameter("count", type=int, required=True)
    ratio = Parameter("ratio", type=float, required=True)
    flag = Parameter("flag", type=bool, default=False)
    shape = Parameter("shape", type=JSONType, required=True)
    names = Parameter("names", separator=",")
    many = Parameter("many", type=int, multiple=True)
    empty = Parameter("empty", default="something")
    dashed = Parameter("dash-ed", type=int, default=0)
    missing = Parameter("missing", type=int, default=7)

    @step
    def start(self):
        self.shape_list = [str(v) for v in self.shape["a"]]
        self.truth = self.shape["b"]["c"]
        self.name_list = list(self.names)
        self.next(self.body, foreach="name_list")

    @step
    def body(self):
        self.longer = self.input + "!"
        self.next(self.join)

    @step
    def join(self, inputs):
        self.longers = [i.longer for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print("count %d, ratio %g, flag %s, %d of many" % (self.count, self.ratio, str(self.flag).lower(), len(self.many)))


if __name__ == "__main__":
    Parameters()
