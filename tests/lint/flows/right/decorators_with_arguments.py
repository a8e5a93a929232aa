# Decorators of many kinds, with and without arguments, in the usual orders.
from metaflow import FlowSpec, catch, environment, project, resources, retry, schedule, step, timeout


@schedule(weekly=True)
@project(name="demand")
class DecoratedFlow(FlowSpec):
    @environment(vars={"OMP_NUM_THREADS": "1", "TZ": "UTC"})
    @step
    def start(self):
        self.parts = [1, 2, 3]
        self.next(self.work, foreach="parts")

    @catch(var="failure", print_exception=False)
    @timeout(minutes=5, seconds=30)
    @retry(times=2, minutes_between_retries=0)
    @resources(cpu=1, memory=500)
    @step
    def work(self):
        self.result = 10 / self.input
        self.next(self.join)

    @step
    def join(self, inputs):
        self.results = [i.result for i in inputs if not i.failure]
        self.next(self.end)

    @retry
    @step
    def end(self):
        print(self.results)


if __name__ == "__main__":
    DecoratedFlow()
