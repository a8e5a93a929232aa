# args: --size 2
# exit: 0
# covers: steps, a parameter, constants and helpers inherited from classes in another file; an overridden step
from metaflow import Parameter, step

from lib.bases import LoadingFlow, Rounding


class InheritFlow(Rounding, LoadingFlow):
    digits = 1
    extra = Parameter("extra", default=0.5)

    @step
    def shape(self):
        self.shaped = [self.rounded(n + self.extra) for n in self.numbers]
        self.next(self.report)

    @step
    def report(self):
        self.text = "%s: %s" % (self.origin, self.shaped)
        self.next(self.end)

    @step
    def end(self):
        print(self.text)


if __name__ == "__main__":
    InheritFlow()
