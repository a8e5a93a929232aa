"""Completion and inspection where there is no IPython: by the names that exist."""

from __future__ import annotations

import builtins
import inspect
import keyword
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from spindle.kernel.channel import Message

_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*\.?$")


def complete(namespace: dict[str, Any], code: str, cursor: int) -> Message:
    """What the name before the cursor could go on as."""
    found = _DOTTED.search(code[:cursor])
    text = found.group() if found else ""
    head, dot, part = text.rpartition(".")
    if dot:
        value, known = _value(namespace, head)
        names = set(dir(value)) if known else set()
        if not part:
            names = {n for n in names if not n.startswith("_")} or names
    else:
        names = {*namespace, *dir(builtins), *keyword.kwlist} if part else set()
    matches = sorted(n for n in names if n.startswith(part))
    return {"matches": matches, "cursor_start": cursor - len(part), "cursor_end": cursor, "metadata": {}}


def describe(namespace: dict[str, Any], code: str, cursor: int, detail: int) -> Message:
    """Signature, documentation and with more detail the source of the name at the cursor."""
    end = cursor
    while end < len(code) and (code[end].isalnum() or code[end] == "_"):
        end += 1
    found = _DOTTED.search(code[:end].rstrip("("))
    value: Any = None
    known = False
    if found:
        value, known = _value(namespace, found.group().rstrip("."))
    if not known or found is None:
        return {"found": False, "data": {}, "metadata": {}}
    lines = []
    try:
        lines.append(f"Signature: {found.group()}{inspect.signature(value)}")
    except (TypeError, ValueError):
        lines.append(f"Value:     {_short(value)}")
    lines.append(f"Type:      {type(value).__name__}")
    about = inspect.getdoc(value)
    if about:
        lines.append(f"Docstring:\n{about}")
    if detail:
        try:
            lines.append(f"Source:\n{inspect.getsource(value)}")
        except (TypeError, OSError):
            pass
    return {"found": True, "data": {"text/plain": "\n".join(lines)}, "metadata": {}}


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 200 else text[:197] + "..."


def _value(namespace: dict[str, Any], dotted: str) -> tuple[Any, bool]:
    """The value of a dotted name, and whether there is one. Nothing runs but look-ups of attributes."""
    first, *rest = dotted.split(".")
    if first in namespace:
        value = namespace[first]
    elif hasattr(builtins, first):
        value = getattr(builtins, first)
    else:
        return None, False
    for name in rest:
        try:
            value = getattr(value, name)
        except Exception:
            return None, False
    return value, True
