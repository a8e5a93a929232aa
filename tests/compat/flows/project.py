# args:
# exit: 0
# covers: @project: names, branch of a user, tags
from metaflow import FlowSpec, current, project, step


@project(name="compat_tests")
class ProjectFlow(FlowSpec):
    @step
    def start(self):
        self.place = (
            current.project_name,
            current.branch_name,
            current.is_user_branch,
            current.is_production,
            current.project_flow_name,
        )
        self.next(self.end)

    @step
    def end(self):
        print(self.place)


if __name__ == "__main__":
    ProjectFlow()
