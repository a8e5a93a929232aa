# Helpers of the class: plain, static, class methods and properties.
from metaflow import FlowSpec, step


class HelperFlow(FlowSpec):
    @property
    def label(self):
        return "model-%d" % len(self.rows)

    @staticmethod
    def clean(text):
        return text.strip().lower()

    @classmethod
    def version(cls):
        return cls.__name__ + "/1"

    def summary(self, width=20):
        return ("%s " % self.label).ljust(width, ".")

    @step
    def start(self):
        self.rows = [self.clean(t) for t in (" A", "b ")]
        self.next(self.end)

    @step
    def end(self):
        print(self.summary(), self.version())


if __name__ == "__main__":
    HelperFlow()
