# args:
# exit: 0
# covers: a process that dies without a word under @retry and @catch: the fallback attempt takes over without running the body
import os

from metaflow import FlowSpec, catch, current, retry, step


class CatchCrashFlow(FlowSpec):
    @step
    def start(self):
        self.items = ["fine", "dies"]
        self.next(self.body, foreach="items")

    @catch(var="crash", print_exception=False)
    @retry(times=1)
    @step
    def body(self):
        print("attempt", current.retry_count, flush=True)
        if self.input == "dies":
            os._exit(9)
        self.lived = True
        self.next(self.join)

    @step
    def join(self, inputs):
        self.lived = [getattr(i, "lived", False) for i in inputs]
        self.crashes = [i.crash is not None for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print(self.lived, self.crashes)


if __name__ == "__main__":
    CatchCrashFlow()
