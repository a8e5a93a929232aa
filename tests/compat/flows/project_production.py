# top: --production --branch blue
# args: --tag shipped
# exit: 0
# covers: @project in a production branch
from metaflow import FlowSpec, current, project, step


@project(name="compat_tests")
class ProjectProductionFlow(FlowSpec):
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
        pass


if __name__ == "__main__":
    ProjectProductionFlow()
