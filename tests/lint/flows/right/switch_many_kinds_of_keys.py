# Cases are strings, numbers and booleans.
from metaflow import FlowSpec, step


class RouteFlow(FlowSpec):
    @step
    def start(self):
        self.code = 2
        self.next({1: self.small, 2: self.medium, 3.5: self.large, True: self.small}, condition="code")

    @step
    def small(self):
        self.size = "s"
        self.next(self.end)

    @step
    def medium(self):
        self.size = "m"
        self.next(self.end)

    @step
    def large(self):
        self.size = "l"
        self.next(self.end)

    @step
    def end(self):
        print(self.size)


if __name__ == "__main__":
    RouteFlow()
