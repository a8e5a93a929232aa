# args: --times 2
# exit: 0
# covers: a flow that is one step, with a parameter
from metaflow import FlowSpec, Parameter, step


class SingleStepFlow(FlowSpec):
    times = Parameter("times", default=1, type=int)

    @step
    def only(self):
        self.word = "la" * self.times
        print(self.word)


if __name__ == "__main__":
    SingleStepFlow()
