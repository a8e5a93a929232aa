"""Describes a flow to the engine: what `describe` is answered with."""

from __future__ import annotations

import os
import sys

from spindle.worker import overlay
from spindle.worker.faults import is_library
from spindle.worker.hazards import fork_hazard
from spindle.worker.preparing import Prepared, unwrapped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import CodeType
    from typing import Any

    from spindle.flowspec import FlowSpec
    from spindle.parameters import Parameter

_TYPES = {str: "str", int: "int", float: "float", bool: "bool"}


def describe(flow: FlowSpec, request: dict[str, Any], files: list[str], open_before: frozenset[int]) -> dict[str, Any]:
    """The `flow` of a description."""
    from spindle.worker.faults import class_line

    cls = type(flow)
    prepared: Prepared = cls._flow_state  # type: ignore[attr-defined]
    hazard = fork_hazard(open_before)
    main: Any = sys.modules.get(cls.__module__)
    return {
        "name": cls.__name__,
        "file": getattr(main, "__file__", None) or request["source"],
        "line": class_line(cls),
        "doc": cls.__doc__ or "",
        "steps": [_step(step, request["source"]) for step in prepared.steps],
        "parameters": _parameters(prepared),
        "constants": [{"name": name, "type": type(value).__name__} for name, value in prepared.constants],
        "decorators": [
            *(_decorator(d) for d in prepared.flow_decorators),
            *(_own(d, type(d).__name__, {}) for d in prepared.mutators),
        ],
        "project": prepared.project,
        "system_tags": prepared.system_tags,
        "exit_hooks": prepared.exit_hooks,
        "warnings": _warnings(prepared),
        "files": files,
        "isolation": {"fork_safe": not hazard, "reason": hazard},
        **_package(prepared),
        **({"configs": _configs(prepared, request)} if prepared.configs else {}),
    }


def _step(step: Any, source: str) -> dict[str, Any]:
    function = unwrapped(step)
    code = function.__code__
    file, line = overlay.here(code.co_filename, code.co_firstlineno, source)
    decorators = step.decorators
    timeouts = [d.total() for d in decorators if d.name == "timeout"]
    environment: dict[str, str] = {}
    for decorator in decorators:
        if decorator.name == "environment":
            environment.update((key, str(value)) for key, value in decorator.attributes["vars"].items())
    retries = [decorator.retries() for decorator in decorators]
    return {
        "name": step.name,
        "file": file,
        "line": line,
        "end_line": overlay.here(code.co_filename, last_line(code), source)[1],
        "doc": step.__doc__ or "",
        "start": bool(step.is_start_step),
        "end": bool(step.is_end_step),
        "node_info": recorded(step.node_info),
        "decorators": [
            *(_decorator(decorator) for decorator in decorators),
            *(
                _own(one, one.decorator_name, {"_args": one._args, **one._kwargs})
                for one in (*step.wrappers, *step.config_decorators)
            ),
        ],
        "retries": {
            "user": max((user for user, _ in retries), default=0),
            "error": max((error for _, error in retries), default=0),
        },
        "timeout_seconds": timeouts[-1] if timeouts else 0,
        "environment": environment,
        "catch": any(decorator.name == "catch" for decorator in decorators),
        "parallel": any(decorator.name == "parallel" for decorator in decorators),
    }


def _decorator(decorator: Any) -> dict[str, Any]:
    return {
        "name": decorator.name,
        "attributes": recorded(decorator.attributes),
        "statically_defined": decorator.statically_defined,
        "inserted_by": decorator.inserted_by,
    }


def _own(decorator: Any, name: str, attributes: dict[str, Any]) -> dict[str, Any]:
    """A decorator of the user's own."""
    return {
        "name": name,
        "attributes": recorded(attributes),
        "statically_defined": decorator.statically_defined,
        "inserted_by": decorator.inserted_by,
    }


def _parameters(prepared: Prepared) -> list[dict[str, Any]]:
    """Parameters and configs: by attribute, but configs first where they have been values already for mutators."""
    own = [(attr, _parameter(attr, parameter)) for attr, parameter in prepared.parameters]
    if not prepared.configs:
        return [told for _, told in own]
    of_configs = [(attr, _config(attr, config)) for attr, config in prepared.configs]
    if prepared.mutated:
        return [told for _, told in of_configs + own]
    return [told for _, told in sorted(of_configs + own, key=lambda entry: entry[0])]


def _configs(prepared: Prepared, request: dict[str, Any]) -> dict[str, Any]:
    from spindle.config_reading import told

    return told(prepared.configs, prepared.config_values, request.get("options") or {})


def _package(prepared: Prepared) -> dict[str, Any]:
    if not prepared.mutators and not any(step.config_decorators for step in prepared.steps):
        return {}
    from spindle.worker.packaging import packaged

    package = packaged(prepared)
    return {"package": package} if package else {}


def _config(attr: str, config: Any) -> dict[str, Any]:
    return {
        "name": config.name,
        "attr": attr,
        "kind": "config",
        "class": type(config).__name__,
        "type": "str",
        "choices": [],
        "multiple": False,
        "flag": False,
        "separator": "",
        "required": config._required,
        "help": config._help or "",
        "default": None,
        "has_default": False,
        "deploy_time": False,
        "show_default": config._show_default,
    }


def _parameter(attr: str, parameter: Parameter) -> dict[str, Any]:
    has_default = parameter.default is not None
    return {
        "name": parameter.name,
        "attr": attr,
        "kind": "include_file" if type_name(parameter.type) == "path" else "parameter",
        "class": type(parameter).__name__,
        "type": type_name(parameter.type),
        "choices": [str(choice) for choice in getattr(parameter.type, "choices", None) or []],
        "multiple": parameter.multiple,
        "flag": parameter.flag,
        "separator": parameter.separator or "",
        "required": parameter.required,
        "help": parameter.help or "",
        "default": None if parameter.deploy_time else plain(parameter.default),
        "has_default": has_default,
        "deploy_time": parameter.deploy_time,
        "show_default": parameter.show_default,
    }


def type_name(kind: Any) -> str:
    """The protocol's name of a parameter's type; for another one its own."""
    known = _TYPES.get(kind) if isinstance(kind, type) else None
    return known or str(getattr(kind, "name", None) or getattr(kind, "__name__", None) or kind)


def _warnings(prepared: Prepared) -> list[str]:
    found: dict[str, None] = dict.fromkeys(prepared.skipped)
    for decorators in (prepared.flow_decorators, *(step.decorators for step in prepared.steps)):
        for decorator in decorators:
            found.update(dict.fromkeys(decorator.warnings()))
    return list(found)


def files_of(names: Iterable[str]) -> list[str]:
    """The files of modules that are the user's own."""
    found = set()
    for name in names:
        file = getattr(sys.modules.get(name), "__file__", None)
        if isinstance(file, str) and not is_library(file):
            found.add(os.path.abspath(file))
    return sorted(found)


def last_line(code: CodeType) -> int:
    """The last line that has code in a function or in one within it."""
    last = code.co_firstlineno
    if hasattr(code, "co_lines"):
        last = max((line for _, _, line in code.co_lines() if line), default=last)
    else:
        line = last
        for step in code.co_lnotab[1::2]:
            line += step - 256 if step > 127 else step
            last = max(last, line)
    return max([last, *(last_line(inner) for inner in code.co_consts if hasattr(inner, "co_firstlineno"))])


def plain(value: Any) -> Any:
    """A value as JSON can hold it: what it can't becomes its repr."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else repr(value)
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(one) for one in value]
    return repr(value)


def recorded(value: Any) -> Any:
    """A value as `_graph_info` has it: what is no number, text or container of them becomes its text, None too."""
    if isinstance(value, dict):
        return {str(key): recorded(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [recorded(one) for one in value]
    if isinstance(value, (str, int, float)):
        return plain(value)
    return str(getattr(value, "__qualname__", value) if callable(value) else value)
