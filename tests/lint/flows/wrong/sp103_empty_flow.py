# A flow of which only the head has been written.
from metaflow import FlowSpec, step


class EmptyFlow(FlowSpec):
    """To do: daily churn report."""


if __name__ == "__main__":
    EmptyFlow()
