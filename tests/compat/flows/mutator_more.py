# args:
# exit: 0
# covers: mutators of base classes, one class that is mutator and decorator, skipping by a property, retries around decorators of the user's own
from metaflow import Config, FlowMutator, FlowSpec, Parameter, StepMutator, UserStepDecorator, current, retry, step
from metaflow.user_decorators.user_step_decorator import user_step_decorator

ORDER = []


class OfBase(FlowMutator):
    def pre_mutate(self, mutable_flow):
        ORDER.append("base")
        mutable_flow.add_parameter("of_base", Parameter("of-base", type=int, default=dict(mutable_flow.configs)["cfg"].n))


class OfFlow(FlowMutator):
    def init(self, name):
        self.name = name

    def pre_mutate(self, mutable_flow):
        ORDER.append(self.name)

    def mutate(self, mutable_flow):
        ORDER.append("late " + self.name)


class Both(StepMutator, UserStepDecorator):
    def pre_mutate(self, mutable_step):
        ORDER.append("both " + mutable_step._my_step.name)

    def pre_step(self, step_name, flow, inputs=None):
        flow.both = step_name


class Skipped(UserStepDecorator):
    def pre_step(self, step_name, flow, inputs=None):
        self.skip_step = True

    def post_step(self, step_name, flow, exception=None):
        return exception


@user_step_decorator
def counting(step_name, flow, inputs, attributes):
    yield
    flow.counted = current.retry_count


@OfBase
class Base(FlowSpec):
    cfg = Config("cfg", default_value={"n": 4})


@OfFlow("first")
@OfFlow("second")
class MutatorMoreFlow(Base):
    @Both
    @step
    def start(self):
        self.order = list(ORDER)
        self.next(self.fragile)

    @counting
    @retry(times=2, minutes_between_retries=0)
    @step
    def fragile(self):
        if current.retry_count < 1:
            raise ValueError("not the first time")
        self.next(self.left_out)

    @Skipped()
    @step
    def left_out(self):
        self.never = True
        self.next(self.end)

    @step
    def end(self):
        print(self.order, self.both, self.counted, self.of_base, hasattr(self, "never"))


if __name__ == "__main__":
    MutatorMoreFlow()
