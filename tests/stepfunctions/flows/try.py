from metaflow import FlowSpec, Parameter, retry, step


class TryFlow(FlowSpec):
    alpha = Parameter("alpha", default=0.5)
    name_of = Parameter("name-of", default="x")

    @step
    def start(self):
        self.xs = [1, 2, 3]
        self.next(self.a, foreach="xs")

    @retry(times=2)
    @step
    def a(self):
        self.next(self.join)

    @step
    def join(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    TryFlow()
