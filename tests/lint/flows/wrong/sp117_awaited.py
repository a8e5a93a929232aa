# A transition that is awaited is no transition.
from metaflow import FlowSpec, step


class AwaitFlow(FlowSpec):
    @step
    async def start(self):
        self.x = 1
        await self.next(self.end)

    @step
    def end(self):
        print(self.x)


if __name__ == "__main__":
    AwaitFlow()
