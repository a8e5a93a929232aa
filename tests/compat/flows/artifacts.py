# args:
# exit: 0
# covers: artifacts of many built-in and standard library types, unicode names, loaded again by the next step
import collections
import datetime
import decimal
import fractions
import pathlib
import re
import uuid

from metaflow import FlowSpec, step


class ArtifactsFlow(FlowSpec):
    @step
    def start(self):
        self.nothing = None
        self.yes, self.no = True, False
        self.small, self.negative, self.big, self.huge = 7, -1, 2**63, 3**400
        self.half, self.tiny, self.infinite = 0.5, 5e-324, float("inf")
        self.not_a_number = float("nan")
        self.imaginary = complex(1, -2)
        self.text = "plain, ünïcode, 漢字, 🎈, \x00, \n"
        self.lone_surrogate = "\ud800"
        self.raw = bytes(range(256))
        self.mutable_raw = bytearray(b"abc")
        self.numbers = [1, [2, [3, []]], (4, (5,))]
        self.mapping = {"b": 1, "a": {"deep": {"er": [None, {1, 2}]}}, 3: "int key", (1, 2): "tuple key", None: 0}
        self.chosen = {"x", "y", "z"}
        self.frozen = frozenset([1, 2, 3])
        self.when = datetime.datetime(2024, 2, 29, 12, 30, 15, 123456, tzinfo=datetime.timezone.utc)
        self.day = datetime.date(1999, 12, 31)
        self.span = datetime.timedelta(days=1, microseconds=5)
        self.money = decimal.Decimal("12.340")
        self.ratio = fractions.Fraction(3, 7)
        self.path = pathlib.PurePosixPath("/a/b/c.txt")
        self.ident = uuid.UUID("12345678-1234-5678-1234-567812345678")
        self.ordered = collections.OrderedDict([("z", 1), ("a", 2)])
        self.counted = collections.Counter("mississippi")
        self.queue = collections.deque([1, 2, 3], maxlen=3)
        self.defaults = collections.defaultdict(list, {"k": [1]})
        self.pattern = re.compile(r"^a+b$", re.I)
        self.window = slice(1, 10, 2)
        self.steps = range(0, 10, 3)
        self.kind = dict
        self.function = len
        self.dots = ...
        self.größe = "non-ASCII name"
        self.next(self.end)

    @step
    def end(self):
        names = [
            "nothing", "yes", "no", "small", "negative", "big", "huge", "half", "tiny", "infinite", "imaginary", "text",
            "raw", "mutable_raw", "numbers", "frozen", "when", "day", "span", "money", "ratio", "path", "ident",
            "ordered", "queue", "pattern", "window", "steps", "kind", "function", "dots", "größe",
        ]
        self.reprs = {name: repr(getattr(self, name)) for name in names}
        self.nan_is_nan = self.not_a_number != self.not_a_number
        self.counted_total = sum(self.counted.values())


if __name__ == "__main__":
    ArtifactsFlow()
