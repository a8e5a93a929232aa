"""What a person wants to know of values that only Python can read: a short text, and how two of them differ."""

from __future__ import annotations

import reprlib

from spindle.worker import channel as channels
from spindle.worker.artifacts import TaskInputs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from spindle.worker.channel import Message

_LIMIT = 60


def run_changes(message: Message) -> Message:
    """Answers for the named artifacts of input 0, compared with those of input 1 if there is one."""
    assert channels.current is not None
    inputs = TaskInputs(channels.current, message)
    answer = {name: _change(inputs, name) for name in (message.get("values") or {}).get("names") or []}
    inputs.close()
    return {
        "type": "done",
        "success": True,
        "artifacts": [],
        "inherit": [],
        "transition": None,
        "caught": False,
        "answer": answer,
    }


def _change(inputs: TaskInputs, name: str) -> dict[str, Any]:
    found: list[Any] = []
    texts: list[str] = []
    for index in range(2):
        if index >= len(inputs) or name not in inputs.table(index):
            texts.append("")
            continue
        try:
            value = inputs.load(index, name)
            texts.append(short(value))
            found.append(value)
        except Exception as e:
            texts.append(f"<{type(e).__name__}: {e}>"[:_LIMIT])
    change: dict[str, Any] = {"value": texts[0], "before": texts[1], "difference": "", "same": False}
    if len(found) == 2:
        try:
            change["difference"], change["same"] = difference(*found)
        except Exception:
            pass  # a comparison of the user's own making; the texts are there
    return change


def short(value: Any) -> str:
    """One line for a value: a table's and an array's shape, else the beginning of what Python prints."""
    shape = getattr(value, "shape", None)
    if shape == ():  # a number of numpy's, or an array that holds no more than one
        return _cut(str(value))
    if isinstance(shape, tuple):
        text = f"{type(value).__name__} {' x '.join(map(str, shape))}"
        columns = getattr(value, "columns", None)
        if columns is not None:
            return _cut(f"{text} ({', '.join(map(str, columns))})")
        dtype = getattr(value, "dtype", None)
        return _cut(f"{text} {dtype}" if dtype is not None else text)
    if isinstance(value, (dict, list, set, frozenset, tuple, str, bytes)):
        text = reprlib.repr(value)
        return _cut(f"{text} ({len(value)} items)" if len(value) > 6 else text)
    try:
        return _cut(" ".join(repr(value).split()))
    except Exception as e:
        return _cut(f"<{type(value).__name__}, whose repr raised {type(e).__name__}>")


def _cut(text: str) -> str:
    return text if len(text) <= _LIMIT else text[: _LIMIT - 1] + "…"


def difference(now: Any, before: Any) -> tuple[str, bool]:
    """How two values differ in words, empty where there is nothing short to say; and whether they are equal."""
    if type(now) is not type(before):
        return "", False
    shape, old = getattr(now, "shape", None), getattr(before, "shape", None)
    if shape == () and old == ():
        return _scalar(now, before)
    if isinstance(shape, tuple) and isinstance(old, tuple):
        if hasattr(now, "columns") and hasattr(now, "equals"):
            return _table(now, before)
        if hasattr(now, "equals"):
            return ("", True) if now.equals(before) else (_shapes(shape, old) or "other values", False)
        return _array(now, before)
    if isinstance(now, dict):
        return _mapping(now, before)
    if isinstance(now, (list, tuple, set, frozenset, str, bytes)):
        if now == before:
            return "", True
        return (f"{len(now) - len(before):+d} items" if len(now) != len(before) else "other items"), False
    return "", False


def _scalar(now: Any, before: Any) -> tuple[str, bool]:
    if now == before or (now != now and before != before):
        return "", True
    try:
        difference = float(now - before)
    except (TypeError, ValueError):
        return "", False
    return ("" if difference - difference != 0 else f"{difference:+.6g}"), False


def _shapes(shape: tuple[Any, ...], old: tuple[Any, ...]) -> str:
    if shape == old:
        return ""
    return f"{' x '.join(map(str, old))} -> {' x '.join(map(str, shape))}"


def _table(now: Any, before: Any) -> tuple[str, bool]:
    if now.equals(before):
        return "", True
    columns, old = list(now.columns), list(before.columns)
    parts = [_shapes(now.shape, before.shape)]
    added = [str(c) for c in columns if c not in old]
    removed = [str(c) for c in old if c not in columns]
    parts.append("new " + ", ".join(added) if added else "")
    parts.append("gone " + ", ".join(removed) if removed else "")
    if now.shape[0] == before.shape[0]:
        changed = [str(c) for c in columns if c in old and not now[c].equals(before[c])]
        parts.append("changed " + ", ".join(changed) if changed else "")
    return "; ".join(filter(None, parts)), False


def _array(now: Any, before: Any) -> tuple[str, bool]:
    shapes = _shapes(now.shape, before.shape)
    if shapes:
        return shapes, False
    if str(now.dtype) != str(before.dtype):
        return f"{before.dtype} -> {now.dtype}", False
    unequal = now != before
    both_nan = (now != now) & (before != before)
    count = int((unequal & ~both_nan).sum())
    if count == 0:
        return "", True
    return f"{count} of {now.size} values", False


def _mapping(now: Any, before: Any) -> tuple[str, bool]:
    if now == before and list(now) == list(before):
        return "", True
    parts = []
    for word, keys in (
        ("new", [key for key in now if key not in before]),
        ("gone", [key for key in before if key not in now]),
        ("changed", [key for key in now if key in before and now[key] != before[key]]),
    ):
        if keys:
            names = ", ".join(map(str, keys[:4]))
            parts.append(f"{word} {names}" + (f" and {len(keys) - 4} more" if len(keys) > 4 else ""))
    return "; ".join(parts) or "other order", False


__all__ = ["difference", "run_changes", "short"]
