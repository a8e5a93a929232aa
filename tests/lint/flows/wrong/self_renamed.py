# The transition is called on another name than self, which nobody can follow.
from metaflow import FlowSpec, step


class ThisFlow(FlowSpec):
    @step
    def start(this):
        this.x = 1
        this.next(this.end)

    @step
    def end(this):
        print(this.x)


if __name__ == "__main__":
    ThisFlow()
