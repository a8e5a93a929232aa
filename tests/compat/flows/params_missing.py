# args: --optional 1
# exit: 2
# covers: a required parameter that is not given stops before a run exists
from metaflow import FlowSpec, Parameter, step


class ParamsMissingFlow(FlowSpec):
    needed = Parameter("needed", required=True)
    optional = Parameter("optional", type=int, default=0)

    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    ParamsMissingFlow()
