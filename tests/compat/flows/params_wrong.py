# args: --count three
# exit: 2
# covers: a value that is not of the parameter's type stops before a run exists
from metaflow import FlowSpec, Parameter, step


class ParamsWrongFlow(FlowSpec):
    count = Parameter("count", type=int, default=0)

    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    ParamsWrongFlow()
