"""Turns any value of a run into JSON that two programs can be compared by.

What differs between two correct runs (run and task ids, addresses, set order) is written in a form that does not; what must
be the same (types, contents, sharing of objects inside one artifact) is kept.
"""

from __future__ import annotations

import base64
import collections
import enum
import hashlib
import math
import re
import types
from typing import Any, Dict, List

Json = Any
LONG = 200


# The time a framework puts before a line of its own.
TIME = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} ", re.MULTILINE)


class Names:
    """Gives tasks names that do not depend on their ids."""

    def __init__(self, flow: str, run_id: str) -> None:
        self.run_id = run_id
        self._tasks: Dict[str, str] = {}
        self._paths = re.compile(r"(?:%s/)?%s(?:/(\w+)/([\w-]+))?" % (re.escape(flow), re.escape(run_id)))

    def add(self, step: str, task_id: str, key: str) -> None:
        """Says how the task is to be called."""
        while key in self._tasks.values():
            key += "'"
        self._tasks[step + "/" + task_id] = key

    def key(self, step: str, task_id: str) -> str:
        """The task's name."""
        return self._tasks.get(step + "/" + task_id, step + "/?")

    def text(self, text: str) -> str:
        """The text with the run's pathspecs in it made independent of ids."""

        def name(found: "re.Match[str]") -> str:
            step, task_id = found.group(1), found.group(2)
            return "<run>" if step is None else "<run>/" + self.key(step, task_id)

        return TIME.sub("<time> ", self._paths.sub(name, text))


class Canonical:
    """Writes one artifact; the second sight of a shared object becomes a reference to the first."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._seen: Dict[int, int] = {}
        self._alive: List[Any] = []

    def write(self, value: Any) -> Json:
        """The JSON form of a value."""
        if value is None or isinstance(value, bool):
            return value
        if type(value) is str:
            return self._text(value)
        if type(value) in (int, float, complex):
            return self._number(value)
        if type(value) in (bytes, bytearray):
            return {type(value).__name__: self._bytes(bytes(value))}
        if isinstance(value, enum.Enum):
            return {"enum": class_name(type(value)) + "." + value.name}
        if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType)):
            return {"named": "%s.%s" % (value.__module__, value.__qualname__)}
        return self._shared(value)

    def _text(self, value: str) -> Json:
        value = self._names.text(value)
        if len(value) <= LONG:
            return value
        return {"str": len(value), "sha1": hashlib.sha1(value.encode("utf-8", "surrogatepass")).hexdigest()}

    def _number(self, value: Any) -> Json:
        if type(value) is int and abs(value) < 2**53:
            return value
        if type(value) is float and math.isfinite(value) and value != int(value):
            return value
        return {type(value).__name__: repr(value)}

    def _bytes(self, value: bytes) -> Json:
        if len(value) <= LONG:
            return base64.b16encode(value).decode()
        return {"size": len(value), "sha1": hashlib.sha1(value).hexdigest()}

    def _shared(self, value: Any) -> Json:
        if id(value) in self._seen:
            return {"same as": self._seen[id(value)]}
        if not isinstance(value, (tuple, frozenset, range)):
            self._seen[id(value)] = len(self._seen)
            self._alive.append(value)  # an address must not be used twice
        return self._container(value)

    def _container(self, value: Any) -> Json:
        kind = class_name(type(value))
        if isinstance(value, (list, tuple, collections.deque)):
            if len(value) > LONG:
                return {kind: len(value), "sha1": hashlib.sha1(repr(list(value)).encode()).hexdigest()}
            return {kind: [self.write(v) for v in value]}
        if type(value) is dict and all(type(k) is str for k in value):
            return {kind: {self._names.text(k): self.write(v) for k, v in value.items()}}
        if isinstance(value, dict):
            return {kind: [[self.write(k), self.write(v)] for k, v in value.items()]}
        if isinstance(value, (set, frozenset)):
            return {kind: [self.write(v) for v in sorted(value, key=repr)]}
        if hasattr(value, "stacktrace") and hasattr(value, "exception"):
            return {"exception": exception(value, self._names)}
        return self._instance(value, kind)

    def _instance(self, value: Any, kind: str) -> Json:
        if isinstance(value, BaseException):
            return {kind: [self.write(a) for a in value.args]}
        if type(value).__module__ in STANDARD:
            return {kind: repr(value)}
        names = getattr(value, "__slots__", None) or sorted(vars(value))
        return {kind: {n: self.write(getattr(value, n, None)) for n in names}}


STANDARD = ("datetime", "decimal", "fractions", "pathlib", "pathlib._local", "re", "uuid", "builtins", "collections", "numpy")


def class_name(kind: type) -> str:
    """A class by name; classes of the framework by one that both frameworks share."""
    module = kind.__module__
    if module == "builtins":
        return kind.__qualname__
    if module.split(".")[0] in ("metaflow", "spindle"):
        module = "metaflow"
    return module + "." + kind.__qualname__


def exception(wrapper: Any, names: Names) -> Json:
    """A stored exception: its type, its text and the frames that are the user's.

    A text that the framework wrote is its own; two frameworks say the same thing differently.
    """
    if wrapper is None:
        return None
    kind = str(getattr(wrapper, "type", type(wrapper).__name__))
    trace = (getattr(wrapper, "stacktrace", None) or "").splitlines()
    return {
        "type": kind.split(".")[-1],
        "text": None if ours(kind, trace) else names.text(str(getattr(wrapper, "exception", wrapper))),
        "frames": frames(trace),
    }


def ours(kind: str, trace: List[str]) -> bool:
    """Whether a framework raised the exception."""
    places = [line for line in trace if line.lstrip().startswith('File "')]
    inside = bool(places) and bool(re.search(r"/(metaflow|spindle)/", places[-1]))
    return inside or kind.split(".")[0] in ("metaflow", "spindle")


FRAME = re.compile(r'File "(?:.*/)?flows/(.+?)", line (\d+), in (\S+)')
FAILED = re.compile(r"^<flow .*> failed:$|^@catch caught|^    Cannot pickle artifact:$")
LAST = re.compile(r"^(?:>\s+)?(\w[\w.]*(?:Error|Exception|Exit|Interrupt|StopIteration)\b.*)$")


def frames(lines: List[str]) -> List[str]:
    """The frames of a traceback that lie in a test flow."""
    found = (FRAME.search(line) for line in lines)
    return ["%s:%s %s" % f.groups() for f in found if f and f.group(3) != "<module>"]


def log(text: str, names: Names) -> Json:
    """A log: the user's lines as they are, the framework's report of a failure as its facts."""
    lines = [names.text(line) for line in text.split("\n")]
    for at, line in enumerate(lines):
        if FAILED.match(line):
            return _lines(lines[:at]) + [{"report": report(lines[at:])}]
    return _lines(lines)


def report(lines: List[str]) -> Json:
    """The facts in a report of a failure."""
    last = [m.group(1) for m in map(LAST.match, lines) if m]
    return {"frames": frames(lines), "exceptions": last}


def _lines(lines: List[str]) -> List[Json]:
    return [line if len(line) <= LONG else {"line": len(line), "sha1": _sha(line)} for line in lines]


def _sha(text: str) -> str:
    return hashlib.sha1(text.encode("utf-8", "surrogatepass")).hexdigest()
