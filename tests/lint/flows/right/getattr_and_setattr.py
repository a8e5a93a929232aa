# Artifacts made and read by name at run time.
from metaflow import FlowSpec, step


class ByNameFlow(FlowSpec):
    @step
    def start(self):
        for name in ("alpha", "beta"):
            setattr(self, "w_" + name, len(name))
        self.names = ["w_alpha", "w_beta"]
        self.next(self.end)

    @step
    def end(self):
        print([getattr(self, n) for n in self.names], self.w_alpha, getattr(self, "w_gamma", None))


if __name__ == "__main__":
    ByNameFlow()
