# A split that names one branch twice after copy and paste.
from metaflow import FlowSpec, step


class PasteFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.a, self.b, self.a)

    @step
    def a(self):
        self.v = 1
        self.next(self.join)

    @step
    def b(self):
        self.v = 2
        self.next(self.join)

    @step
    def join(self, inputs):
        self.v = [i.v for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print(self.v)


if __name__ == "__main__":
    PasteFlow()
