"""What the user's own decorators have in common: arguments, and `init`, which takes them once configs are read."""

from __future__ import annotations

import sys

from spindle.decorators.base import DecoratorError, written_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Applied(type):
    """The class of these classes. Applied to a step or a flow, a decorator gives that back, and not itself."""

    decorator_name: str

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **_: Any) -> None:
        super().__init__(name, bases, namespace)
        cls.decorator_name = namespace.get("_decorator_name") or f"{cls.__module__}.{cls.__name__}"
        names = getattr(cls, "_names", None)
        if names is not None and "_is_base" not in namespace:
            names.add(cls)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if args and cls._applies_to(args[0]):  # type: ignore[attr-defined]
            made = super().__call__(*args[1:], **kwargs)
            return made(args[0])
        return super().__call__(*args, **kwargs)

    def __str__(cls) -> str:
        return f"{cls.__name__}({cls.decorator_name})"


class UserDecorator(metaclass=Applied):
    """A decorator of the user's own, on one step or flow."""

    # Says of a class that it is one of ours, for users to derive theirs from.
    _is_base = True
    _names: Any = None
    statically_defined: bool = True
    inserted_by: list[str] | None = None
    decorator_name: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._args: Any = args
        self._kwargs = kwargs
        self._ran_init = False
        place = written_at()
        self._place = place if place and not place[0].startswith("<") else None

    def __str__(self) -> str:
        return str(type(self))

    def error(self, problem: str) -> DecoratorError:
        """An error about this decorator that knows its place."""
        file, line = self._place or (None, None)
        return DecoratorError(problem, line, file)

    def init(self, *args: Any, **kwargs: Any) -> None:
        """Takes the decorator's arguments; to be defined where it has any."""

    def external_init(self) -> None:
        """Calls `init`, once, with the values of configs in the arguments."""
        if self._ran_init:
            return
        self._ran_init = True
        configs = sys.modules.get("spindle.configs")
        self._args = list(self._args)
        if configs is not None:
            self._args = [configs.resolved(one) for one in self._args]
            self._kwargs = configs.spread(self._kwargs)
        if not self._has_init():
            if self._args or self._kwargs:
                raise self.error(f"{self} is used with arguments, but does not define init to take them")
            return
        self.init(*self._args, **self._kwargs)

    def get_args_kwargs(self) -> tuple[list[Any], dict[str, Any]]:
        """The decorator's arguments."""
        return list(self._args), dict(self._kwargs)

    def _has_init(self) -> bool:
        return any("init" in vars(cls) for cls in type(self).__mro__[:-1] if "_is_base" not in vars(cls))
