"""The value of a parameter: of the texts it was given, or of its default."""

from __future__ import annotations

import os
import sys

from spindle.includefile import IncludedFile, IncludeFile
from spindle.parameters import Parameter, ParameterContext

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from spindle.worker.channel import Message

_TRUE = frozenset(("true", "t", "1", "yes", "y", "on"))
_FALSE = frozenset(("false", "f", "0", "no", "n", "off"))
_CHECKED = {bool: "bool", int: "int", float: "float", list: "list", dict: "dict"}


class BadValue(Exception):
    """A value can't be used; the text says why."""


def value_of(parameter: Parameter, given: list[str], flow_name: str, message: Message) -> Any:
    """The parameter's value, given the texts of the command line or the environment. Raises BadValue."""
    if given:
        raw: Any = list(given) if parameter.multiple else given[-1]
    elif parameter.default is not None:
        raw = _default(parameter, flow_name, message)
    elif parameter.required:
        raise BadValue("a value is required")
    else:
        raw = None
    if parameter.multiple:
        value: Any = tuple(
            convert(parameter, one) for one in (raw if isinstance(raw, (list, tuple)) else [] if raw is None else [raw])
        )
    elif raw is None:
        value = False if parameter.flag else None
    else:
        value = convert(parameter, raw)
    if parameter.separator and value:
        value = (
            [part for one in value for part in one.split(parameter.separator)]
            if parameter.multiple
            else value.split(parameter.separator)
        )
    return value


def _default(parameter: Parameter, flow_name: str, message: Message) -> Any:
    """The default; a function is called for it."""
    if not parameter.deploy_time:
        return parameter.default
    from spindle.config_values import ConfigValue

    known = sys.modules.get("spindle.configs")
    configs = ConfigValue(known.known() if known else {})
    context = ParameterContext(flow_name, message.get("user") or "", parameter.name, _log, "local", configs)
    try:
        try:
            value = parameter.default(context, False)
        except TypeError:
            value = parameter.default(context)
    except Exception as e:
        from spindle.worker.faults import trimmed_text

        raise BadValue(
            f"the function that computes its default raised {type(e).__name__}: {e}\n{trimmed_text(e)}"
        ) from e
    wanted = parameter.type
    if wanted in _CHECKED:
        if type(value) is not wanted:
            raise BadValue(
                f"the function that computes its default returned {value!r}, but a {_CHECKED[wanted]} is expected"
            )
    elif not isinstance(value, str) and not parameter.multiple and value is not None:
        raise BadValue(f"the function that computes its default returned {value!r}, but a string is expected")
    return value


def _log(text: str = "", *_: Any, **__: Any) -> None:
    """The logger of a ParameterContext."""
    sys.stderr.write(f"{text}\n")


def convert(parameter: Parameter, raw: Any) -> Any:
    """One value in the parameter's type. Raises BadValue."""
    kind = parameter.type
    if isinstance(parameter, IncludeFile):
        return _included(parameter, raw)
    if kind is str:
        return raw
    try:
        if kind is bool:
            return _bool(raw)
        if kind in (int, float):
            return kind(raw)
        if hasattr(kind, "convert"):
            # JSONType, or a type of the click library the user's environment has.
            return kind.convert(raw, None, None)
        if isinstance(kind, type) and isinstance(raw, kind):
            return raw
        return kind(raw)
    except BadValue:
        raise
    except Exception as e:
        if kind in (int, float):
            raise BadValue(f"{raw!r} is not a valid {'integer' if kind is int else 'number'}") from e
        raise BadValue(
            str(getattr(e, "message", None) or e) or f"{raw!r} can not be converted: {type(e).__name__}"
        ) from e


def _bool(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    text = str(raw).strip().lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise BadValue(f"{raw!r} is not a valid boolean: use true or false")


def _included(parameter: IncludeFile, raw: Any) -> IncludedFile:
    """Stores the file of a path, or takes what stands for a file stored before."""
    from spindle import store

    if isinstance(raw, IncludedFile):
        return raw
    text = str(raw)
    if text.startswith(("{", '"{')):
        import json

        try:
            descriptor = json.loads(text)
            return IncludedFile(descriptor if isinstance(descriptor, dict) else json.loads(descriptor))
        except ValueError:
            raise BadValue(f"{text!r} looks like a stored file but is not one") from None
    if "://" in text:
        raise BadValue(f"{text!r} is not a local file; files elsewhere can not be included directly")
    path = os.path.abspath(os.path.expanduser(text))
    try:
        with open(path, "rb"):
            size = os.path.getsize(path)
    except OSError as e:
        raise BadValue(f"the file {text!r} can not be read: {e.strerror}") from e
    sys.stderr.write(f"Including file {text} of size {_readable(size)}\n")
    try:
        return IncludedFile(
            store.call("include_file", {"path": path, "is_text": parameter.is_text, "encoding": parameter.encoding})
        )
    except store.StoreError as e:
        raise BadValue(f"the file {text!r} can not be stored: {e}") from e


def _readable(size: int) -> str:
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024:
            return f"{size}{unit}"
        size //= 1024
    return f"{size}TB"
