# Form feeds between the parts of a file, as old editors put them.
from metaflow import FlowSpec, step


class PagedFlow(FlowSpec):
    @step
    def start(self):
        self.page = 1
        self.next(self.end)


    @step
    def end(self):
        print(self.page)


if __name__ == "__main__":
    PagedFlow()
