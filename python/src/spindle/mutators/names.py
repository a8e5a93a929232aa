"""The names of the user's own decorators: each goes by the shortest end of its dotted name that no other has."""

from __future__ import annotations

from spindle.decorators import functions
from spindle.decorators.base import DecoratorError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Names:
    """The classes of one kind, by full name, beside the names of Metaflow's own."""

    def __init__(self, own: dict[str, Any]) -> None:
        self._own = own
        self._known: dict[str, Any] = {}
        self._hidden: set[str] = set()  # those that others are derived from

    def add(self, cls: Any) -> None:
        """Makes a class known, in place of those it is derived from."""
        for base in cls.__bases__:
            name = getattr(base, "decorator_name", None)
            if name is not None and "_is_base" not in vars(base):
                self._hidden.add(name)
                self._known.pop(name, None)
        if cls.decorator_name not in self._hidden:
            self._known[cls.decorator_name] = cls

    def short(self, cls: Any) -> str:
        """The shortest name of a class."""
        parts = cls.decorator_name.split(".")
        for length in range(1, len(parts)):
            name = ".".join(parts[-length:])
            if name not in self._own and len(self._matching(name)) == 1:
                return name
        return str(cls.decorator_name)

    def find(self, name: str) -> Any:
        """The class that a name can only mean, None where there is none or there are several."""
        found = self._matching(name)
        return found[0] if len(found) == 1 else self._known.get(name)

    def _matching(self, name: str) -> list[Any]:
        return [cls for full, cls in self._known.items() if full == name or full.endswith("." + name)]


STEPS = Names(functions.STEP)
FLOWS = Names(functions.FLOW)


def builtin(decorator: Any) -> str:
    """The name of one of Metaflow's own decorators, given as a user imports it; empty for anything else."""
    name = getattr(decorator, "__name__", "")
    return name if vars(functions).get(name) is decorator else ""


def arguments(spec: str, text: str) -> tuple[list[Any], dict[str, Any]]:
    """The arguments in a specification: those whose name is a number go by their place."""
    from spindle.decorators.specs import attributes

    positional: list[Any] = []
    named: dict[str, Any] = {}
    for key, value in attributes(spec, text).items():
        if not key.isdigit():
            named[key] = value
            continue
        positional += [None] * (int(key) + 1 - len(positional))
        positional[int(key)] = value
    return positional, named


def step_class(name: str) -> Any:
    """The class of a user's own step decorator: by a name that is known, or by module and name; or None."""
    found = STEPS.find(name)
    if found is not None or "." not in name:
        return found
    from importlib import import_module

    module, _, attribute = name.rpartition(".")
    try:
        found = getattr(import_module(module), attribute, None)
    except ImportError as e:
        raise DecoratorError(f"the decorator {name!r} can not be imported: {e}") from e
    return found if isinstance(found, type) and hasattr(found, "decorator_name") else None
