"""What variables a notebook has, for a frontend's debugger, while nothing is stopped."""

from __future__ import annotations

import pickle
import reprlib
import sys
import types
from base64 import b64decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from spindle.kernel.channel import Message

# Of a longer list or mapping the first are shown.
_SHOWN = 300

_short = reprlib.Repr()
_short.maxstring = _short.maxother = 160
_short.maxlist = _short.maxtuple = _short.maxset = _short.maxfrozenset = _short.maxdict = 20


class Explorer:
    """Lists variables and what is in them. It keeps no value, but the way to it."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._ways: list[tuple[str, ...]] = []  # by number: the name of a variable, and of what is in it

    def knows(self, question: str) -> bool:
        return question in ("variables", "children", "rich", "keep", "modules")

    def answer(self, message: Message) -> Message:
        reply: Message = getattr(self, "_" + message["type"])(message)
        return reply

    def _variables(self, _: Message) -> Message:
        self._ways = []
        variables = self._shell.variables()
        return {"variables": [self._row(name, name, value, (name,)) for name, value in sorted(variables.items())]}

    def _children(self, message: Message) -> Message:
        way = self._ways[message["reference"] - 1]
        value, name = self._shell.variables()[way[0]], way[0]
        for label in way[1:]:
            name, value = next((name + access, inner) for found, access, inner in _inside(value) if found == label)
        rows = [self._row(label, name + access, inner, (*way, label)) for label, access, inner in _inside(value)]
        return {"variables": rows}

    def _row(self, label: str, expression: str, value: Any, way: tuple[str, ...]) -> Message:
        number = 0
        if next(_inside(value), None) is not None:
            self._ways.append(way)
            number = len(self._ways)
        return {
            "name": label,
            "value": _text(value),
            "type": type(value).__name__,
            "evaluateName": expression,
            "variablesReference": number,
        }

    def _rich(self, message: Message) -> Message:
        data, metadata = self._shell.forms(self._shell.variables()[message["name"]])
        return {"data": data, "metadata": metadata}

    def _keep(self, message: Message) -> Message:
        self._shell.offer_value(message["name"], pickle.loads(b64decode(message["value"])))
        return {}

    def _modules(self, _: Message) -> Message:
        files = [(name, getattr(module, "__file__", None)) for name, module in list(sys.modules.items())]
        own = [(name, file) for name, file in files if isinstance(file, str) and file.endswith(".py")]
        return {"modules": [{"id": n, "name": name, "path": file} for n, (name, file) in enumerate(own)]}


def _text(value: Any) -> str:
    try:
        return _short.repr(value)
    except Exception as e:
        return f"<{type(value).__name__}, which can not be shown: {type(e).__name__}>"


def _inside(value: Any) -> Iterator[tuple[str, str, Any]]:
    """What is in a value: its name, how to get there, the value."""
    if isinstance(value, (str, bytes, type, types.ModuleType)) or callable(value):
        return
    if isinstance(value, dict):
        for number, (key, inner) in enumerate(list(value.items())):
            if number == _SHOWN:
                return
            yield _text(key), f"[{_text(key)}]", inner
    elif isinstance(value, (list, tuple)):
        for number, inner in enumerate(value[:_SHOWN]):
            yield str(number), f"[{number}]", inner
    else:
        try:
            inside = list(object.__getattribute__(value, "__dict__").items())
        except AttributeError:
            return  # it has none
        for name, inner in inside[:_SHOWN]:
            if not name.startswith("_"):
                yield name, f".{name}", inner
