# args:
# exit: 0
# covers: StepMutator, bare and with arguments, with configs; what is refused in mutate; a mutator on a step of a base class
import os

from metaflow import Config, FlowSpec, StepMutator, config_expr, environment, retry, step


class AddEnvironment(StepMutator):
    def init(self, **kwargs):
        self.vars = kwargs

    def pre_mutate(self, mutable_step):
        size = dict(mutable_step.flow.configs)["cfg"].size
        mutable_step.add_decorator(environment, deco_kwargs={"vars": {**self.vars, "SIZE": str(size)}})

    def mutate(self, mutable_step):
        if mutable_step.has_decorator("retry"):
            mutable_step.remove_decorator("retry")


class Plain(StepMutator):
    def pre_mutate(self, mutable_step):
        mutable_step.add_decorator("retry:times=2,minutes_between_retries=0")


class Base(FlowSpec):
    cfg = Config("cfg", default_value={"size": 3, "word": "w"})

    @Plain
    @step
    def start(self):
        self.tries = "none"
        self.next(self.middle)


class StepMutatorFlow(Base):
    @AddEnvironment(WORD=config_expr("cfg.word"))
    @retry(times=3)
    @step
    def middle(self):
        self.word = os.environ["WORD"] + os.environ["SIZE"]
        self.next(self.end)

    @step
    def end(self):
        print(self.word)


if __name__ == "__main__":
    StepMutatorFlow()
