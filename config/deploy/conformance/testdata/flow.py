from metaflow import FlowSpec, Parameter, batch, retry, step, timeout


class Demand(FlowSpec):
    alpha = Parameter("alpha", default=0.5, help="how fast it learns")

    @step
    def start(self):
        self.regions = ["us", "eu"]
        self.next(self.train, foreach="regions")

    @retry(times=2, minutes_between_retries=1)
    @timeout(minutes=10)
    @batch(cpu=2, memory=4000)
    @step
    def train(self):
        self.next(self.left, self.right)

    @step
    def left(self):
        self.next(self.both)

    @step
    def right(self):
        self.next(self.both)

    @step
    def both(self, inputs):
        self.next(self.collect)

    @step
    def collect(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    Demand()
