from metaflow import FlowSpec, Parameter, catch, environment, parallel, retry, step


class DecoratedFlow(FlowSpec):
    """A flow with documentation,

    decorators of several kinds
      and every kind of step.
    """

    alpha = Parameter("alpha", default=0.5)
    LIMIT = 3

    @retry(times=2)
    @catch(var="failure", print_exception=False)
    @environment(vars={"A": "it's", "B": "\"quoted\""})
    @step
    def start(self):
        """Chooses."""
        self.xs = [1, 2]
        self.next(self.choose)

    @step
    def choose(self):
        self.kind = "each"
        self.next({"each": self.each, 3: self.gang, True: self.each, 1.5: self.gang}, condition="kind")

    @step
    def each(self):
        self.next(self.body, foreach="xs")

    @step
    def body(self):
        """Works
        on one

          item.
        """
        self.next({"again": self.body, "done": self.left}, condition="state")

    @step
    def left(self):
        self.next(self.joined)

    @step
    def joined(self, inputs):
        self.next(self.fork)

    @step
    def gang(self):
        self.next(self.node, num_parallel=2)

    @parallel
    @step
    def node(self):
        self.next(self.gathered)

    @step
    def gathered(self, inputs):
        self.next(self.fork)

    @step
    def fork(self):
        self.next(self.a, self.b)

    @step
    def b(self):
        self.next(self.both)

    @step
    def a(self):
        self.next(self.both)

    @step
    def both(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    DecoratedFlow()
