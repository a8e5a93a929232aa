"""The configs of a flow between its import and everything else: what the engine is told of them, and what it answers.

The engine reads the files; here only happens what needs the user's code: functions as defaults, parsers.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping

from spindle import configs
from spindle.config_values import unwrapped
from spindle.configs import Config, fault, seen
from spindle.exception import MetaflowException
from spindle.parameters import _RESERVED, ParameterContext, user_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from spindle.flowspec import FlowSpec

    Declared = list[tuple[str, Config]]


class ConfigsWanted(Exception):
    """The flow can't be described before the engine has given the values of its configs."""

    def __init__(self, flow: FlowSpec, found: Declared, options: dict[str, Any]) -> None:
        super().__init__(f"the configs of {flow.name}")
        self.flow = flow.name
        self.configs = [_declaration(flow, attr, config, options) for attr, config in found]


class ConfigFault(MetaflowException):
    """A config's value can't be had from what was given for it."""

    headline = "Invalid config"
    kind = "config"


def declared(cls: type) -> Declared:
    """The configs of a flow by attribute."""
    found = []
    for name in dir(cls):
        if name.startswith("_"):
            continue
        try:
            value = getattr(cls, name)
        except Exception:
            continue  # a descriptor that has nothing for the class
        if isinstance(value, Config):
            found.append((name, value))
    return found


def want(flow: FlowSpec, request: dict[str, Any]) -> None:
    """Raises ConfigsWanted when the request lacks the values of the flow's configs."""
    options = request.get("options") or {}
    if "configs" in options:
        return
    found = declared(type(flow))
    if found:
        _check(found)
        raise ConfigsWanted(flow, found, options)


def _check(found: Declared) -> None:
    seen_names: set[str] = set()
    for _, config in found:
        name = config.name
        if not isinstance(name, str) or not name:
            raise fault(config, f"a config needs a name, as a string, and not {name!r}")
        if name in _RESERVED or name.replace("_", "-") in _RESERVED:
            raise fault(config, f"the name {name!r} is reserved: it is an option of `run`")
        if name.lower() in seen_names:
            raise fault(config, f"two configs have the name {name!r}, where case does not count")
        if config._default is not None and config._default_value is not None:
            raise fault(config, f"config {name!r}: give either default or default_value, not both")
        seen_names.add(name.lower())


def _declaration(flow: FlowSpec, attr: str, config: Config, options: dict[str, Any]) -> dict[str, Any]:
    file, line = config._place or ("", 0)
    told: dict[str, Any] = {
        "name": config.name,
        "attr": attr,
        "required": config._required,
        "plain": config._plain,
        "parser": config.parser is not None,
        "help": config._help or "",
        "file": file,
        "line": line,
    }
    try:
        path = _computed(flow, config, config._default, options)
        value = _computed(flow, config, config._default_value, options)
        if path is not None:
            told["default"] = os.fspath(path)
        elif value is not None:
            told["default_value"] = value if isinstance(value, str) else json.dumps(value)
    except Exception as e:
        told["error"] = f"its default can not be had: {type(e).__name__}: {e}"
    return told


def _computed(flow: FlowSpec, config: Config, default: Any, options: dict[str, Any]) -> Any:
    """A default; a function is called for it."""
    if not callable(default):
        return default
    user = str(options.get("user") or user_name())
    return default(ParameterContext(flow.name, user, config.name, _log, "local", None))


def _log(text: str = "", *_: Any, **__: Any) -> None:
    """The logger of a ParameterContext."""
    sys.stderr.write(f"{text}\n")


def settle(found: Declared, options: dict[str, Any]) -> dict[str, Any]:
    """The values of the configs by name, as the engine has given them, and lets expressions know them."""
    given = options.get("configs") or {}
    values = {config.name: _value(config, given.get(config.name) or {}) for _, config in found}
    configs.enter({config.name: seen(config, values[config.name]) for _, config in found})
    return values


def _value(config: Config, given: dict[str, Any]) -> Any:
    if "stored" in given:
        from spindle import serial

        return serial.load(given["stored"])
    if "json" in given:
        return json.loads(given["json"])
    if "text" not in given:
        return None
    text = given["text"]
    if config.parser is None:
        return text if config._plain else json.loads(text)
    value = _parsed(config, text)
    if not config._plain and not isinstance(value, Mapping):
        raise _unusable(config, f"its parser must make an object of it, and not {value!r:.60}")
    return unwrapped(value) if isinstance(value, configs.ConfigValue) else value


def _parsed(config: Config, text: str) -> Any:
    parser = config.parser
    if isinstance(parser, str):
        module, _, name = (f"metaflow{parser}" if parser.startswith(".") else parser).rpartition(".")
        try:
            from importlib import import_module

            parser = getattr(import_module(module), name)
        except (ImportError, AttributeError, ValueError) as e:
            raise _unusable(config, f"its parser {config.parser!r} can not be had: {e}") from e
    if not callable(parser):
        raise _unusable(config, f"its parser {config.parser!r} is no function")
    try:
        return parser(text)
    except Exception as e:
        raise _unusable(config, f"its parser raised {type(e).__name__}: {e}") from e


def _unusable(config: Config, problem: str) -> ConfigFault:
    file, line = config._place or (None, None)
    return ConfigFault(f"config {config.name!r} can not be read: {problem}", line, file)


def told(found: Declared, values: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """The values for other processes of the run, which are not to compute them again where that can be avoided."""
    given = options.get("configs") or {}
    return {config.name: _told(config, values[config.name], given.get(config.name) or {}) for _, config in found}


def _told(config: Config, value: Any, given: dict[str, Any]) -> dict[str, Any]:
    plain = {"plain": True} if config._plain else {}
    if value is None:
        return plain
    try:
        return {"json": json.dumps(value), **plain}
    except (TypeError, ValueError):
        return {"text": given["text"], **plain} if "text" in given else plain


def settle_class(cls: type, decorators: list[Any], parameters: list[tuple[str, Any]]) -> None:
    """Puts the values in the place of expressions: in decorators and parameters."""
    for decorator in decorators:
        decorator.settle(configs.spread)
    for _, parameter in parameters:
        parameter.settle(configs.spread)
    for name, value in vars(cls).items():
        if isinstance(value, configs.DelayEvaluator):
            raise configs.ConfigExpressionError(
                f"{cls.__name__}.{name}: a config has no value yet where the class is defined; "
                "make it an attribute of self in a step"
            )


__all__ = ["ConfigsWanted", "settle", "settle_class", "told", "want"]
