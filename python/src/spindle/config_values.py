"""ConfigValue: what a step sees of a config."""

from __future__ import annotations

from collections.abc import Mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, KeysView
    from typing import Any, NoReturn


def _frozen(*_: Any, **__: Any) -> NoReturn:
    raise TypeError("ConfigValue is immutable")


# What it is a mapping by comes first; it is a dict so that json and isinstance take it for one.
class ConfigValue(Mapping, dict):  # type: ignore[type-arg, misc, metaclass]
    """The value of a config: keys are read as attributes or as items, and nothing can be changed."""

    __slots__ = ("_data",)

    def __init__(self, data: Mapping[Any, Any]) -> None:
        object.__setattr__(self, "_data", {key: wrapped(value) for key, value in data.items()})
        dict.__init__(self, self._data)  # type: ignore[call-overload]

    @classmethod
    def fromkeys(cls, iterable: Iterable[Any], value: Any = None) -> ConfigValue:
        """A value with the same under each of the keys."""
        return cls(dict.fromkeys(iterable, value))

    def to_dict(self) -> dict[Any, Any]:
        """The same as plain dictionaries, lists, tuples and sets."""
        return {key: unwrapped(value) for key, value in self._data.items()}

    def copy(self) -> ConfigValue:
        """A copy of this level; what is below is shared."""
        return self.__copy__()

    def __copy__(self) -> ConfigValue:
        return type(self)(self._data)

    def __deepcopy__(self, memo: dict[int, Any]) -> ConfigValue:
        import copy

        return type(self)(copy.deepcopy(self.to_dict(), memo))

    def __getattr__(self, name: str) -> Any:
        # Called only for what the class does not have; `_data` itself is missing while it is being made.
        if name != "_data" and name in self._data:
            return self._data[name]
        raise AttributeError(name)

    def __getitem__(self, key: Any) -> Any:
        return self._data[key]

    def __len__(self) -> int:
        return len(self._data)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._data)

    def __contains__(self, key: Any) -> bool:
        return key in self._data

    def keys(self) -> KeysView[Any]:
        keys: KeysView[Any] = self._data.keys()
        return keys

    def __eq__(self, other: object) -> bool:
        if isinstance(other, ConfigValue):
            return bool(self._data == other._data)
        return isinstance(other, dict) and self._data == other

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self._data)

    __str__ = __repr__

    def __dir__(self) -> Iterable[str]:
        return [*dir(type(self)), *(key for key in self._data if isinstance(key, str) and key.isidentifier())]

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.to_dict(),)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return self.__reduce__()

    __setattr__ = __delattr__ = __setitem__ = __delitem__ = __ior__ = _frozen
    clear = update = setdefault = pop = popitem = _frozen


ConfigValue.__module__ = "metaflow.user_configs.config_parameters"


def wrapped(value: Any) -> Any:
    """A value with all mappings in it made ConfigValues."""
    if isinstance(value, ConfigValue):
        return value
    if isinstance(value, Mapping):
        return ConfigValue(value)
    if isinstance(value, (list, tuple, set)):
        return type(value)([wrapped(one) for one in value])
    return value


def unwrapped(value: Any) -> Any:
    """A value with all mappings in it made plain dictionaries."""
    if isinstance(value, Mapping):
        return {key: unwrapped(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set)):
        return type(value)([unwrapped(one) for one in value])
    return value
