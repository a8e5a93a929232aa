from metaflow import FlowSpec, catch, retry, step


def connect(server):
    raise ConnectionError(f"{server} does not answer")


class MixedFlow(FlowSpec):
    """Fits models a genre, then decides what to do with the best one."""

    @step
    def start(self):
        """Choose the genres."""
        self.genres = ["drama", "comedy", "horror"]
        self.next(self.fit, foreach="genres")

    @retry(times=1, minutes_between_retries=0)
    @catch(var="failure")
    @step
    def fit(self):
        """Fit one genre."""
        self.score = len(self.input)
        self.next(self.compare)

    @step
    def compare(self, inputs):
        """Keep the best."""
        self.best = max(i.score for i in inputs)
        self.verdict = "good" if self.best > 5 else "bad"
        self.next(self.decide)

    @step
    def decide(self):
        self.next({"good": self.deploy, "bad": self.report}, condition="verdict")

    @step
    def deploy(self):
        """There is nothing to deploy to."""
        connect("model.example")
        self.next(self.end)

    @step
    def report(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    MixedFlow()
