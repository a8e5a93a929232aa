# A mutator adds a parameter and a decorator.
from metaflow import FlowMutator, FlowSpec, Parameter, step


class add_limit(FlowMutator):
    def pre_mutate(self, mutable_flow):
        mutable_flow.add_parameter("limit", Parameter("limit", default=5))
        for _, s in list(mutable_flow.steps):
            s.add_decorator("retry", deco_kwargs={"times": 1})


@add_limit
class MutatedFlow(FlowSpec):
    @step
    def start(self):
        self.items = list(range(self.limit))
        self.next(self.end)

    @step
    def end(self):
        print(self.items)


if __name__ == "__main__":
    MutatedFlow()
