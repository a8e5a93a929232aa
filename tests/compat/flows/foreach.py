# args:
# exit: 0
# covers: foreach over a list, self.input and self.index, order of inputs in the join, values passed through a body of two steps
from metaflow import FlowSpec, step


class ForeachFlow(FlowSpec):
    @step
    def start(self):
        self.words = ["pear", "apple", "fig"]
        self.prefix = "a "
        self.next(self.measure, foreach="words")

    @step
    def measure(self):
        self.word = self.input
        self.place = self.index
        self.length = len(self.input)
        print("measured", self.word)
        self.next(self.describe)

    @step
    def describe(self):
        self.text = self.prefix + self.input + " of %d at %d" % (self.length, self.index)
        self.next(self.collect)

    @step
    def collect(self, inputs):
        self.texts = [i.text for i in inputs]
        self.places = [i.index for i in inputs]
        self.last = inputs[2].word
        self.same_step = inputs.describe.word
        self.merge_artifacts(inputs, include=["prefix", "words"])
        self.next(self.end)

    @step
    def end(self):
        print("\n".join(self.texts))


if __name__ == "__main__":
    ForeachFlow()
