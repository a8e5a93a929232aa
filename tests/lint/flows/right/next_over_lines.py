# Transitions split over lines in several styles.
from metaflow import FlowSpec, step


class LinesFlow(FlowSpec):
    @step
    def start(self):
        self.shards = ["s0", "s1"]
        self.next(
            self.shard,
            foreach="shards",
        )

    @step
    def shard(self):
        self.name_of_shard = self.input
        self.next(self.left,
                  self.right)

    @step
    def left(self):
        self.side = "l"
        self.next \
            (self.both)

    @step
    def right(self):
        self.side = "r"
        self . next(
            self
            . both
        )

    @step
    def both(self, inputs):
        self.sides = [i.side for i in inputs]
        self.next((self.all_shards))

    @step
    def all_shards(self, inputs):
        self.everything = [i.sides for i in inputs]
        (self.next(self.end))

    @step
    def end(self):
        print(self.everything)


if __name__ == "__main__":
    LinesFlow()
