# Artifacts that are objects of module-level classes.
from collections import Counter, namedtuple
from dataclasses import dataclass, field
from enum import Enum

from metaflow import FlowSpec, step

Point = namedtuple("Point", "x y")


class Level(Enum):
    LOW = 1
    HIGH = 2


@dataclass
class Report:
    title: str
    counts: Counter = field(default_factory=Counter)


class ObjectFlow(FlowSpec):
    @step
    def start(self):
        self.point = Point(1, y=2)
        self.level = Level.HIGH
        self.report = Report("words")
        self.report.counts.update("a b a".split())
        self.next(self.end)

    @step
    def end(self):
        print(self.point.x, self.level.name, self.report.counts.most_common(1))


if __name__ == "__main__":
    ObjectFlow()
