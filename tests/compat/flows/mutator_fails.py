# args:
# exit: 1
# covers: an exception that a decorator of the user's own raises in the place of the step's
from metaflow import FlowSpec, catch, step, user_step_decorator


@user_step_decorator
def renamed(step_name, flow, inputs, attributes):
    try:
        yield
    except ValueError as e:
        raise KeyError(step_name) from e


class MutatorFailsFlow(FlowSpec):
    @catch(var="failure", print_exception=False)
    @renamed
    @step
    def start(self):
        if self.name:
            raise ValueError("no")
        self.next(self.end)

    @renamed
    @step
    def end(self):
        print(self.failure.type)
        raise ValueError("no")


if __name__ == "__main__":
    MutatorFailsFlow()
