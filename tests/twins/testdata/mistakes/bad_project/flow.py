# a project's name that can't be
from metaflow import FlowSpec, project, step


@project(name="Bad Name")  # SP319
class BadProject(FlowSpec):
    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    BadProject()
