# args: --given cli
# env: METAFLOW_RUN_FROM_ENV=7 METAFLOW_RUN_GIVEN=env METAFLOW_RUN_SHAPE=[1,{"a":2}]
# exit: 0
# covers: parameters from the environment, the command line wins, required ones
from metaflow import FlowSpec, JSONType, Parameter, step


class ParamsEnvFlow(FlowSpec):
    from_env = Parameter("from_env", type=int, required=True)
    given = Parameter("given", required=True)
    shape = Parameter("shape", type=JSONType, default="{}")
    other = Parameter("other", default="default")

    @step
    def start(self):
        self.all = (self.from_env, self.given, self.shape, self.other)
        self.next(self.end)

    @step
    def end(self):
        print(self.all)


if __name__ == "__main__":
    ParamsEnvFlow()
