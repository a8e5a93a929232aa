# args:
# exit: 0
# covers: @environment variables in the step's process and in no other, @resources without effect
import os

from metaflow import FlowSpec, environment, resources, step


class EnvironmentFlow(FlowSpec):
    @environment(vars={"COMPAT_COLOUR": "green", "COMPAT_NUMBER": 5, "COMPAT_SPACES": "a b  c=d"})
    @step
    def start(self):
        self.colour = os.environ["COMPAT_COLOUR"]
        self.number = os.environ["COMPAT_NUMBER"]
        self.spaces = os.environ["COMPAT_SPACES"]
        os.environ["COMPAT_LOCAL"] = "stays here"
        self.next(self.end)

    @resources(cpu=2, memory=512)
    @step
    def end(self):
        self.gone = ("COMPAT_COLOUR" not in os.environ, "COMPAT_LOCAL" not in os.environ)
        self.outer = os.environ.get("METAFLOW_USER")


if __name__ == "__main__":
    EnvironmentFlow()
