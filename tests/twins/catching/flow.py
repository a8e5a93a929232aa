# exit: 0
# covers: catch with a variable and without, on steps that work and steps that don't; what they leave is read later
from metaflow import FlowSpec, catch, step


class Catching(FlowSpec):
    @catch(var="problem")
    @step
    def start(self):
        self.before = "kept"
        raise ValueError("no luck: ünlucky")
        self.next(self.silent)

    @catch()
    @step
    def silent(self):
        self.seen = str(self.problem.exception)
        raise ValueError("nobody keeps this")
        self.next(self.fine)

    @catch(var="trouble")
    @step
    def fine(self):
        self.numbers = [1, 0, 2]
        self.next(self.pick)

    @step
    def pick(self):
        self.next(self.divide, foreach="numbers")

    @catch(var="failed")
    @step
    def divide(self):
        if self.input == 0:
            raise ValueError("division by zero")
        self.part = 10 // self.input
        self.next(self.join)

    @step
    def join(self, inputs):
        self.parts = [-1 if i.failed else i.part for i in inputs]
        self.reasons = [str(i.failed.exception) if i.failed else "" for i in inputs]
        self.merge_artifacts(inputs, include=["before", "seen", "trouble"])
        self.next(self.end)

    @step
    def end(self):
        print("parts", *self.parts)


if __name__ == "__main__":
    Catching()
