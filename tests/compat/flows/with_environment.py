# args:
# env: METAFLOW_DEFAULT_DECOSPECS=retry:times=1
# exit: 0
# covers: decorators attached by METAFLOW_DEFAULT_DECOSPECS
from metaflow import FlowSpec, current, step


class WithEnvironmentFlow(FlowSpec):
    @step
    def start(self):
        self.attempt = current.retry_count
        if current.retry_count == 0:
            raise OSError("once")
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    WithEnvironmentFlow()
