# exit: 0
# covers: variables and resources of steps
import os

from metaflow import FlowSpec, environment, resources, step


class Surroundings(FlowSpec):
    @environment(vars={"GREETING": "hello", "WHO": "world"})
    @step
    def start(self):
        self.said = os.environ["GREETING"] + " " + os.environ["WHO"]
        self.next(self.heavy)

    @resources(cpu=2, memory=2000)
    @step
    def heavy(self):
        self.unset = os.environ.get("GREETING", "")
        self.next(self.end)

    @step
    def end(self):
        print(self.said)


if __name__ == "__main__":
    Surroundings()
