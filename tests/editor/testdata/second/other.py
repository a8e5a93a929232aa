from metaflow import FlowSpec, retry, step


class OtherFlow(FlowSpec):
    """Fits one model a genre and keeps the best."""

    @step
    def start(self):
        """Choose the genres."""
        self.genres = ["drama", "comedy", "horror"]
        self.next(self.fit, foreach="genres")

    @retry(times=2)
    @step
    def fit(self):
        """Fit one genre."""
        self.score = len(self.input)
        self.next(self.jion)

    @step
    def join(self, inputs):
        self.best = max(i.score for i in inputs)
        self.next(self.end)

    @step
    def end(self):
        print("best", self.best)


if __name__ == "__main__":
    OtherFlow()
