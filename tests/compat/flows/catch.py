# args:
# exit: 0
# covers: @catch with a variable, without one, on a step that works, on a foreach item, without printing
from metaflow import FlowSpec, catch, step


class CatchFlow(FlowSpec):
    @catch(var="problem")
    @step
    def start(self):
        self.before = "kept"
        raise ValueError("no luck: ünlucky")
        self.next(self.silent)

    @catch(print_exception=False)
    @step
    def silent(self):
        self.seen = type(self.problem).__name__
        self.seen_exception = str(self.problem.exception)
        self.zero = 1 // 0
        self.next(self.fine)

    @catch(var="trouble")
    @step
    def fine(self):
        self.items = [1, 0, 2]
        self.next(self.pick)

    @step
    def pick(self):
        self.next(self.divide, foreach="items")

    @catch(var="failed")
    @step
    def divide(self):
        self.part = 10 // self.input
        self.next(self.join)

    @step
    def join(self, inputs):
        self.parts = [None if i.failed else i.part for i in inputs]
        self.kinds = [i.failed.type if i.failed else None for i in inputs]
        self.merge_artifacts(inputs, include=["before", "seen", "seen_exception", "trouble"])
        self.next(self.end)

    @step
    def end(self):
        print(self.parts)


if __name__ == "__main__":
    CatchFlow()
