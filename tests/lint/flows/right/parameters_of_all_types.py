# Parameters and files with types, defaults, help and separators.
from metaflow import FlowSpec, IncludeFile, JSONType, Parameter, step


def today(context):
    return "2026-01-01"


class ParameterFlow(FlowSpec):
    alpha = Parameter("alpha", help="learning rate", default=0.01, show_default=True)
    names = Parameter("names", separator=",", default="a,b")
    options = Parameter("options", type=JSONType, default='{"deep": true}')
    day = Parameter("day", default=today)
    dry_run = Parameter("dry-run", type=bool, default=False)
    limit = Parameter("limit", required=False, type=int)
    notes = IncludeFile("notes", is_text=True, required=False, help="free text")

    @step
    def start(self):
        self.rate = self.alpha / 2
        print(self.names, self.options, self.day, self.dry_run, self.limit, self.notes)
        self.next(self.end)

    @step
    def end(self):
        print(self.rate)


if __name__ == "__main__":
    ParameterFlow()
