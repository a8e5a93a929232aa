# A search engine's step is called index.
from metaflow import FlowSpec, step


class SearchFlow(FlowSpec):
    @step
    def start(self):
        self.documents = ["a", "b"]
        self.next(self.index)

    @step
    def index(self):
        self.terms = set(self.documents)
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    SearchFlow()
