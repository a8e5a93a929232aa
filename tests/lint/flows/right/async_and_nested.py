# Async functions, nested functions and lambdas inside of steps.
import asyncio

from metaflow import FlowSpec, step


class FetchFlow(FlowSpec):
    @step
    def start(self):
        self.urls = ["u1", "u2", "u3"]
        self.next(self.fetch)

    @step
    def fetch(self):
        async def get(url):
            await asyncio.sleep(0)
            return url.upper()

        async def gather():
            return await asyncio.gather(*(get(u) for u in self.urls))

        def tidy(pages, *, sep="-"):
            return sep.join(pages)

        key = lambda page: page[-1]  # noqa: E731
        self.pages = tidy(sorted(asyncio.run(gather()), key=key))
        self.next(self.end)

    @step
    def end(self):
        print(self.pages)


if __name__ == "__main__":
    FetchFlow()
