# the item of a foreach is asked for outside of one
from metaflow import FlowSpec, step


class ItemOutside(FlowSpec):
    @step
    def start(self):
        print(self.input)  # SP207
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    ItemOutside()
