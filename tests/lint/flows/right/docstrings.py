# Docstrings of all forms, with code in them that is not code.
from metaflow import FlowSpec, step


class DocumentedFlow(FlowSpec):
    '''A flow.

    >>> self.next(self.nothing)

    @step
    def phantom(self):
        self.next(self.gone)
    '''

    @step
    def start(self):
        """Begin.

        self.next(self.unknown)
        """
        self.value = """
        self.next(self.not_code)
        """
        self.next(self.middle)

    @step
    def middle(self):
        r"Raw \d docstring."
        self.size = len(self.value)
        self.next(self.end)

    @step
    def end(self):
        "Print." " All of it."
        print(self.size)


if __name__ == "__main__":
    DocumentedFlow()
