"""The artifacts of a task's inputs, loaded over the channel when they are first used."""

from __future__ import annotations

import json

from spindle import serial
from spindle.exception import DataException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from spindle.parameters import Parameter
    from spindle.worker.channel import Channel, Message

# A join that reads one artifact of an input will read that of the next ones: how many to ask for in one message, and
# how large together.
AHEAD = 128
AHEAD_BYTES = 64 << 20
# Values up to this size come in the reply itself.
INLINE = 32 << 10


class _Input:
    """One input: the task it is, and its artifacts' keys and sizes."""

    __slots__ = ("pathspec", "step", "table")

    def __init__(self, entry: dict[str, Any], share: Callable[[str, str], str]) -> None:
        self.pathspec = str(entry.get("pathspec"))
        self.step = share(step := str(entry.get("step")), step)
        self.table: dict[str, tuple[str, int]] = {}
        for name, reference in (entry.get("artifacts") or {}).items():
            key = str(reference.get("key"))
            self.table[share(name, name)] = share(key, key), int(reference.get("size") or 0)


class TaskInputs:
    """The inputs of a task, in the order a join sees them."""

    def __init__(self, channel: Channel, message: Message) -> None:
        self._channel = channel
        self._entries: list[Any] = message.get("inputs") or []
        path = message.get("inputs_file")
        if path:
            with open(path, "rb") as file:
                # Lines are parsed when their input is asked for.
                self._entries = file.read().splitlines()
        self._share = dict[str, str]().setdefault  # thousands of inputs have the same names, and many the same keys
        self._located: dict[tuple[int, str], dict[str, Any]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def _input(self, index: int) -> _Input:
        entry = self._entries[index]
        if not isinstance(entry, _Input):
            entry = json.loads(entry) if isinstance(entry, bytes) else entry
            entry = self._entries[index] = _Input(entry, self._share)
        return entry

    def step(self, index: int) -> str:
        return self._input(index).step

    def table(self, index: int) -> dict[str, tuple[str, int]]:
        """Keys and sizes of an input's artifacts by name."""
        return self._input(index).table

    def load(self, index: int, name: str) -> Any:
        """The value of an input's artifact. Raises DataException."""
        location = self._located.pop((index, name), None)
        if location is None:
            self._fetch(index, name)
            location = self._located.pop((index, name))
        error = location.get("error")
        if error is not None:
            raise DataException(error.get("message") or f"the artifact {name!r} of {self._name(index)} can not be read")
        try:
            return serial.load(location)
        except Exception as e:
            problem = (
                f"The artifact *{name}* of {self._name(index)} can not be made an object again: {type(e).__name__}: {e}"
            )
            raise DataException(problem) from e

    def _name(self, index: int) -> str:
        return self._input(index).pathspec

    def _fetch(self, index: int, name: str) -> None:
        """Asks for an artifact, and for the same of the inputs that follow."""
        items = list(self._ahead(index, name))
        reply = self._channel.request({"type": "get", "items": items, "inline": INLINE})
        for (at, _), location in zip(items, reply["items"]):
            self._located[at, name] = location

    def _ahead(self, index: int, name: str) -> Iterator[tuple[int, str]]:
        yield index, name
        total = 0
        for at in range(index + 1, min(index + AHEAD, len(self._entries))):
            reference = self.table(at).get(name)
            if reference is None or (at, name) in self._located:
                continue
            total += reference[1]
            if total > AHEAD_BYTES:
                return
            yield at, name

    def close(self) -> None:
        """Drops what was fetched and never read."""
        for location in self._located.values():
            serial.discard(location)
        self._located.clear()


class View:
    """What one flow object sees of the inputs: names, each from one input."""

    def __init__(self, inputs: TaskInputs, names: dict[str, int]) -> None:
        self._inputs = inputs
        self._names = names
        self.loaded: dict[str, Any] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def __getitem__(self, name: str) -> Any:
        value = self.loaded[name] = self._inputs.load(self._names[name], name)
        return value

    def items(self) -> Iterator[tuple[str, str]]:
        """Names and keys."""
        return ((name, self._inputs.table(index)[name][0]) for name, index in self._names.items())

    def origin(self, name: str) -> int:
        """The input a name comes from."""
        return self._names[name]

    def names(self) -> dict[str, int]:
        """The input of each name."""
        return self._names

    def pass_down(self, name: str, index: int) -> None:
        """Makes an artifact of an input one of this view."""
        self._names[name] = index


class Branch:
    """What one input of a join has; as a View of it, holding nothing of its own."""

    __slots__ = ("_index", "_inputs")

    def __init__(self, inputs: TaskInputs, index: int) -> None:
        self._inputs = inputs
        self._index = index

    def __contains__(self, name: str) -> bool:
        return name in self._inputs.table(self._index)

    def __getitem__(self, name: str) -> Any:
        return self._inputs.load(self._index, name)

    def items(self) -> Iterator[tuple[str, str]]:
        """Names and keys."""
        return ((name, key) for name, (key, _) in self._inputs.table(self._index).items())

    def origin(self, name: str) -> int:
        """The input a name comes from: this one."""
        return self._index


class TaskState:
    """What all objects of the flow in a task share: the run's parameters and graph, taken from the first input."""

    def __init__(self, inputs: TaskInputs) -> None:
        self._inputs = inputs
        self._values: dict[str, Any] = {}

    def stored(self, name: str) -> Any:
        """The value of an artifact that every task of the run passes on."""
        if name not in self._values:
            self._values[name] = self._inputs.load(0, name)
        return self._values[name]

    def settle(self, name: str, value: Any) -> None:
        """Gives a parameter a value that is not the stored one."""
        self._values["=" + name] = value

    def parameter(self, name: str, declared: Parameter) -> Any:
        """The value of a parameter as steps see it."""
        key = "=" + name
        if key not in self._values:
            self._values[key] = type(declared).load(declared, self.stored(name))
        return self._values[key]
