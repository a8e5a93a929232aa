# args:
# exit: 0
# covers: user_step_decorator and UserStepDecorator: order, arguments, artifacts, joins, swallowed exceptions, skipping, replacing
from metaflow import USER_SKIP_STEP, Config, FlowSpec, UserStepDecorator, config_expr, step, user_step_decorator


@user_step_decorator
def traced(step_name, flow, inputs, attributes):
    print("enter", step_name, sorted(attributes.items()), inputs is not None)
    yield
    flow.traced = getattr(flow, "traced", ()) + (step_name,)
    print("leave", step_name)


@user_step_decorator
def outer(step_name, flow, inputs):
    print("outer enter", step_name)
    yield
    print("outer leave", step_name)


@user_step_decorator
def swallow(step_name, flow, inputs=None, attributes=None):
    try:
        yield
    except ValueError as e:
        flow.swallowed = str(e)


@user_step_decorator
def skip(step_name, flow, inputs, attributes):
    yield USER_SKIP_STEP


@user_step_decorator
def elsewhere(step_name, flow, inputs, attributes):
    flow.others = ["x", "y", "z"]
    yield {"foreach": "others"}


@user_step_decorator
def replaced(step_name, flow, inputs, attributes):
    def instead(self):
        self.replaced = True
        return True

    yield instead


class Around(UserStepDecorator):
    def init(self, *args, **kwargs):
        self.size = kwargs.get("size")

    def pre_step(self, step_name, flow, inputs=None):
        print("before", step_name, self.size)
        flow.before = self.size

    def post_step(self, step_name, flow, exception=None):
        print("after", step_name, exception)
        if exception:
            flow.forgiven = str(exception)
        return None


class WrappersFlow(FlowSpec):
    cfg = Config("cfg", default_value={"size": 3})

    @outer
    @traced(a=1, size=config_expr("cfg.size"))
    @step
    def start(self):
        print("body")
        self.items = [1, 2]
        self.next(self.body, foreach="items")

    @swallow
    @step
    def body(self):
        if self.input:
            raise ValueError(f"bad {self.input}")
        self.next(self.join)

    @traced
    @step
    def join(self, inputs):
        self.all = [i.swallowed for i in inputs]
        self.next(self.around)

    @Around(size=config_expr("cfg.size"))
    @step
    def around(self):
        self.next(self.split)

    @step
    def split(self):
        self.next(self.left, self.right)

    @skip
    @step
    def left(self):
        self.never = 1
        self.next(self.both)

    @replaced
    @step
    def right(self):
        self.never = 2
        self.next(self.both)

    @step
    def both(self, inputs):
        self.facts = [hasattr(i, "never") for i in inputs]
        self.next(self.fan)

    @elsewhere
    @step
    def fan(self):
        self.others = ["a"]
        self.next(self.one, foreach="others")

    @step
    def one(self):
        self.got = self.input
        self.next(self.collect)

    @step
    def collect(self, inputs):
        self.got = [i.got for i in inputs]
        self.next(self.end)

    @outer
    @step
    def end(self):
        print(self.got)


if __name__ == "__main__":
    WrappersFlow()
