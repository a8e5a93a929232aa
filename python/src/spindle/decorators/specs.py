"""The grammar of `--with`: `name` or `name:key=value,key=value`."""

from __future__ import annotations

import json
import re
import sys

from spindle.decorators.base import DecoratorError
from spindle.decorators.functions import STEP, step_decorator

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def parse(spec: str) -> Any:
    """The decorator a specification asks for, one of the user's own too."""
    name, _, rest = spec.partition(":")
    if name.strip() not in STEP and ("." in name or "spindle.mutators" in sys.modules):
        from spindle.mutators.names import arguments, step_class

        own = step_class(name.strip())
        if own is not None:
            args, kwargs = arguments(spec, rest)
            return own(*args, **kwargs)
    cls = step_decorator(name.strip())
    return cls(attributes(spec, rest))


def attributes(spec: str, text: str) -> dict[str, Any]:
    """The attributes of a specification. A comma separates only before `word=`, so that values may hold commas."""
    found: dict[str, Any] = {}
    if not text:
        return found
    for part in re.split(r",(?=[\s\w]+=)", text):
        key, equals, raw = part.partition("=")
        if not equals:
            raise DecoratorError(f"--with {spec}: {part!r} is not of the form attribute=value")
        found[key.strip()] = _value(raw.strip())
    return found


def _value(raw: str) -> Any:
    """JSON if it is, else a number, else the text."""
    try:
        return json.loads(raw.replace('\\"', '"'))
    except ValueError:
        pass
    for number in (int, float):
        try:
            return number(raw)
        except ValueError:
            pass
    return raw
