# A step decorator as a generator, with arguments.
from metaflow import FlowSpec, step, user_step_decorator


@user_step_decorator
def announce(step_name, flow, inputs=None, attributes=None):
    print("before", step_name)
    yield
    print("after", step_name)


class AnnouncedFlow(FlowSpec):
    @announce
    @step
    def start(self):
        self.x = 1
        self.next(self.end)

    @step
    def end(self):
        print(self.x)


if __name__ == "__main__":
    AnnouncedFlow()
