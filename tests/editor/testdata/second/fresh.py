from metaflow import FlowSpec, step


class FreshFlow(FlowSpec):
    """Has never been run."""

    @step
    def start(self):
        self.greeting = "hello"
        self.next(self.end)

    @step
    def end(self):
        print(self.greeting, "from the terminal")


if __name__ == "__main__":
    FreshFlow()
