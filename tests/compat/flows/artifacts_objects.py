# args:
# exit: 0
# covers: instances of classes from the flow file and from other files, enums, named tuples, shared and cyclic objects
import dataclasses
import enum
from collections import namedtuple

from metaflow import FlowSpec, step

from lib.shapes import Box, Slotted


@dataclasses.dataclass
class Point:
    x: int
    y: int = 0
    notes: list = dataclasses.field(default_factory=list)


class Colour(enum.Enum):
    RED = 1
    BLUE = "b"


Pair = namedtuple("Pair", "left right")


class Problem(Exception):
    """An exception kept as a value."""

    def __init__(self, code, detail):
        super().__init__(code, detail)
        self.code = code


class ArtifactsObjectsFlow(FlowSpec):
    @step
    def start(self):
        self.point = Point(1, 2, ["n"])
        self.points = {"a": Point(3), "b": [Point(4)]}
        self.colour = Colour.BLUE
        self.pair = Pair(Pair(1, 2), "r")
        self.box = Box(3, 4)
        self.slotted = Slotted("s")
        self.problem = Problem(7, "kept")
        shared = [1]
        self.twice = [shared, shared]
        loop = {"name": "loop"}
        loop["self"] = loop
        self.cycle = loop
        self.alias_a = shared
        self.alias_b = shared
        self.next(self.end)

    @step
    def end(self):
        self.moved = dataclasses.replace(self.point, x=10)
        self.same_colour = self.colour is Colour.BLUE
        self.pair_sum = self.pair.left.left + self.pair.left.right
        self.equal_box = self.box == Box(3, 4)
        self.cache = self.slotted.cache
        self.code = self.problem.code
        self.twice[0].append(2)
        self.twice_seen = self.twice[1]
        self.cyclic = self.cycle["self"] is self.cycle
        self.aliases = self.alias_a is self.alias_b


if __name__ == "__main__":
    ArtifactsObjectsFlow()
