"""Configs: values that are fixed when a flow starts, before anything else is known of it.

In the class body a config has no value yet. What is read of it there stands for the value (DelayEvaluator) and is put
in its place when the flow's decorators and parameters are settled.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from spindle.config_values import ConfigValue, unwrapped
from spindle.exception import MetaflowException
from spindle.parameters import Parameter, ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

__all__ = ["Config", "ConfigValue", "DelayEvaluator", "config_expr"]

# A config spread over keyword arguments (`**cfg.env`) arrives as one key that begins so.
UNPACKED = "_unpacked_delayed_"

# The names config_expr is evaluated with, once the flow's configs are read: of the flow of this process.
_values: dict[str, Any] | None = None


class ConfigExpressionError(MetaflowException):
    """An expression about a config can't be evaluated."""

    headline = "Invalid config expression"
    kind = "decorator"


class DelayEvaluator(Mapping):  # type: ignore[type-arg]
    """Stands for the value of an expression about configs, until that can be had."""

    def __init__(
        self, expression: str, names: dict[str, Any] | None = None, access: tuple[Any, ...] | None = None
    ) -> None:
        if access is None and expression.isidentifier():
            access = ()
        self._expression, self._names, self._access = expression, names, access

    def _of(self, key: Any) -> DelayEvaluator:
        assert self._access is not None
        return DelayEvaluator(self._expression, self._names, (*self._access, key))

    def __getattr__(self, name: str) -> Any:
        # What Python and its tools look for on any object is not in a config; `_access` is missing while one is copied.
        if name.startswith("__") or name in ("_access", "is_step") or self._access is None:
            raise AttributeError(name)
        return self._of(name)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str) and key.startswith(UNPACKED):
            return self
        if self._access is None:
            raise KeyError(key)
        return self._of(key)

    # As a mapping it has one key, which stands for all that the value will have.
    def __iter__(self) -> Iterator[str]:
        yield f"{UNPACKED}{id(self)}"

    def __len__(self) -> int:
        return 1

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    def __repr__(self) -> str:
        return f"config_expr({self._text()!r})"

    def _text(self) -> str:
        parts = [self._expression]
        for key in self._access or ():
            parts.append(f".{key}" if isinstance(key, str) else f"[{key!r}]")
        return "".join(parts)

    def __call__(self, ctx: Any = None, deploy_time: bool = False) -> Any:
        """The value. The arguments are those of a function that computes a parameter's default."""
        if _values is None:
            raise ConfigExpressionError(
                f"{self!r} has no value yet: configs are read when the flow starts, after its class has been defined"
            )
        try:
            value = eval(self._expression, self._names or globals(), dict(_values))
        except Exception as e:
            raise ConfigExpressionError(f"{self!r} can not be evaluated: {_reason(e)}") from e
        for key in self._access or ():
            value = self._step(value, key() if isinstance(key, DelayEvaluator) else key)
        return value

    def _step(self, value: Any, key: Any) -> Any:
        """One key further. Metaflow takes keys in the class body for attributes, and nothing else."""
        if not isinstance(key, str):
            raise ConfigExpressionError(f"{self!r}: in the class body {key!r} can not be a key; write config_expr('…')")
        try:
            for part in key.split("."):
                value = getattr(value, part)
        except AttributeError as e:
            raise ConfigExpressionError(f"{self!r} can not be evaluated: {_missing(value, key) or _reason(e)}") from e
        return value


def _missing(value: Any, key: str) -> str:
    if value is None:
        return f"it is None, which has no key {key!r}"
    if not isinstance(value, Mapping):
        return f"{value!r:.40} has no key {key!r}"
    import difflib

    close = difflib.get_close_matches(key, [one for one in value if isinstance(one, str)], 1)
    return f"there is no key {key!r}" + (f"; did you mean {close[0]!r}?" if close else "")


def _reason(e: Exception) -> str:
    text = str(e)
    if isinstance(e, AttributeError) and text.isidentifier():
        return f"there is no key {text!r}"
    return f"{type(e).__name__}: {text}" if text else type(e).__name__


def config_expr(expr: str) -> DelayEvaluator:
    """The value of an expression about configs, where they have no value yet: in decorators and in the class body.

    The configs go by their names in it, and the names of the module it stands in are known too.
    """
    return DelayEvaluator(expr, sys._getframe(1).f_globals)


def enter(values: dict[str, Any] | None) -> None:
    """Gives expressions the values of the flow's configs, by name."""
    global _values
    _values = values


def known() -> dict[str, Any]:
    """The values of the flow's configs by name."""
    return _values or {}


def resolved(value: Any) -> Any:
    """A value with the expressions in it replaced by what they stand for."""
    if isinstance(value, DelayEvaluator):
        found = value()
        return unwrapped(found) if isinstance(found, ConfigValue) else found
    if isinstance(value, dict):
        return {resolved(key): resolved(one) for key, one in value.items()}
    if isinstance(value, (list, set)) or type(value) is tuple:
        return type(value)([resolved(one) for one in value])
    return value


def spread(arguments: dict[str, Any]) -> dict[str, Any]:
    """Keyword arguments with what configs are spread over in place; a later one wins."""
    found: dict[str, Any] = {}
    for key, value in arguments.items():
        if not (isinstance(key, str) and key.startswith(UNPACKED)):
            found[key] = resolved(value)
            continue
        several = resolved(value)
        if not isinstance(several, Mapping):
            raise ConfigExpressionError(f"**{value!r} is {several!r:.40}, and not an object with keys")
        found.update(several)
    return found


# The names of its own that a config has in the class body; every other is a key of its value.
_OWN = frozenset(
    ["IS_CONFIG_PARAMETER", "get", "items", "keys", "kwargs", "name", "parser", "values"]
    + ["init", "is_string_type", "load_parameter", "option_kwargs", "separator"]
)


class Config(Parameter, Mapping):  # type: ignore[type-arg]
    """A value fixed when the flow starts: `cfg = Config('cfg', default='cfg.json')`.

    `default` is the path of a file, `default_value` a value; either may be a function. `parser` is a function of the
    text, or its dotted name; without one the file is JSON, or YAML or TOML by its name. With `plain` the value is what
    the parser makes of the text, or the text; otherwise it is an object whose keys are read as attributes or items.
    """

    IS_CONFIG_PARAMETER = True

    def __init__(
        self,
        name: str,
        default: str | Callable[..., str] | None = None,
        default_value: str | dict[str, Any] | Callable[..., Any] | None = None,
        help: str | None = None,
        required: bool | None = None,
        parser: str | Callable[[str], Any] | None = None,
        plain: bool = False,
        **kwargs: Any,
    ) -> None:
        from spindle.decorators.base import written_at

        own = self.__dict__
        own["name"], own["parser"], own["kwargs"], own["separator"] = name, parser, {**kwargs, "plain": plain}, None
        own["_place"] = written_at()
        own["_default"], own["_default_value"] = default, default_value
        own["_help"], own["_required"], own["_plain"] = help, bool(required), bool(plain)
        own["_show_default"] = kwargs.get("show_default") is not False

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("_") or name in _OWN:
            return object.__getattribute__(self, name)
        if name == "is_step":
            raise AttributeError(name)  # what steps are known by
        return DelayEvaluator(object.__getattribute__(self, "name"), None, (name,))

    def __getitem__(self, key: Any) -> Any:
        of_all = DelayEvaluator(self.name, None, ())
        return of_all if isinstance(key, str) and key.startswith(UNPACKED) else of_all[key]

    def __iter__(self) -> Iterator[str]:
        yield f"{UNPACKED}{id(self)}"

    def __len__(self) -> int:
        return 1

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    def __repr__(self) -> str:
        return f"metaflow.Config(name={self.name})"

    def load(self, value: Any) -> Any:
        """The value steps see, of the stored one."""
        return seen(self, value)

    def load_parameter(self, value: Any) -> Any:
        """The value steps see, of the stored one."""
        return seen(self, value)


def seen(config: Config, value: Any) -> Any:
    """The value steps see, of the stored one."""
    return value if value is None or config._plain or not isinstance(value, Mapping) else ConfigValue(value)


def fault(config: Config, problem: str) -> ParameterError:
    """An error about the declaration of a config that knows its place."""
    file, line = config._place or (None, None)
    return ParameterError(problem, line, file)


for _class in (Config, DelayEvaluator):
    _class.__module__ = "metaflow.user_configs.config_parameters"
config_expr.__module__ = "metaflow.user_configs.config_parameters"
