# exit: 1
# resume-env: TWIN_GO_ON=1
# covers: artifacts of every plain kind: written by one, read by the other when it resumes
import datetime
import math
import os

from metaflow import FlowSpec, step

NUMBERS = 1000


def point():
    return {"x": 1.25, "label": "here", "inner": {"deep": [1, 2]}, "maybe": None}


class Artifacts(FlowSpec):
    @step
    def start(self):
        self.yes, self.no = True, False
        self.small, self.negative, self.middle, self.big = 7, -1, 2**31, 2**62
        self.half, self.tiny, self.infinite, self.not_a_number = 0.5, 5e-324, math.inf, math.nan
        self.whole = 3.0
        self.text = "plain, ünïcode, 漢字, 🎈, \x00, \n"
        self.long = "long " * 1000
        self.raw = bytes(range(256))
        self.nothing = None
        self.empty_list, self.empty_map, self.empty_text = [], {}, ""
        self.ints = [-(2**40), -1, 0, 1, 255, 256, 65535, 65536, 2**40]
        self.floats = [n / 8 for n in range(NUMBERS)]
        self.flags = [True, False, True]
        self.words = ["a", "", "ü"]
        self.matrix = [[1.5, 2.5], [], [3.5]]
        self.mapping = {"a": -2, "b": 1}
        self.by_number = {-1: "minus one", 3: "three"}
        self.point = point()
        self.points = [point(), point()]
        self.maybe = 5
        self.when = datetime.datetime(2024, 2, 29, 12, 30, 15, 123456, tzinfo=datetime.timezone.utc)
        self.ranges = {"outer": {"inner": [True, False]}}
        self.next(self.check)

    @step
    def check(self):
        if not os.environ.get("TWIN_GO_ON"):
            raise RuntimeError("stop here")
        self.flags = self.flags + [self.yes, self.no]
        self.ints = self.ints + [self.small, self.negative, self.middle, self.big]
        self.floats = self.floats + [self.half, self.tiny, self.whole]
        self.words = self.words + [self.text, self.empty_text]
        self.lengths = [len(self.long), len(self.raw), len(self.empty_list), len(self.empty_map), len(self.matrix)]
        self.sum = sum(self.floats)
        self.keys = sorted(self.mapping) + [self.by_number[3], self.point["label"], self.points[1]["label"]]
        self.odd = [math.isinf(self.infinite), math.isnan(self.not_a_number), self.nothing is None, self.ranges["outer"]["inner"][0]]
        self.maybe = self.maybe + 1
        self.year = self.when.year
        self.micros = self.when.microsecond
        self.next(self.end)

    @step
    def end(self):
        print("%d ints, %d floats, year %d" % (len(self.ints), len(self.floats), self.year))


if __name__ == "__main__":
    Artifacts()
