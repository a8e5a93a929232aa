# args: --with marked:word=hello --with configs.around.Counted
# exit: 0
# covers: decorators of the user's own given by --with
from metaflow import FlowSpec, step, user_step_decorator


@user_step_decorator
def marked(step_name, flow, inputs, attributes):
    yield
    flow.word = attributes["word"] + step_name


class MutatorWithFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        print(self.word)


if __name__ == "__main__":
    MutatorWithFlow()
