# args:
# exit: 1
# covers: @retry(times=0) forbids retries also where --with retry would allow them
# top: --with retry:times=2
from metaflow import FlowSpec, current, retry, step


class RetryNoneFlow(FlowSpec):
    @retry(times=0)
    @step
    def start(self):
        print("attempt", current.retry_count)
        raise ValueError("never again")
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    RetryNoneFlow()
