# exit: 0
# covers: a flow of a project: its names, the branch of a user, tags
from metaflow import FlowSpec, current, project, step


@project(name="twins")
class Projects(FlowSpec):
    @step
    def start(self):
        self.place = [current.project_name, current.branch_name, current.project_flow_name]
        self.production = current.is_production
        self.next(self.end)

    @step
    def end(self):
        print(self.place[2])


if __name__ == "__main__":
    Projects()
