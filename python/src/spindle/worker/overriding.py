"""Reads a module of values that a spun step gets instead of its inputs'."""

from __future__ import annotations

import os

from spindle.exception import MetaflowException
from spindle.worker.failing import as_protocol
from spindle.worker.sink import Sink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from spindle.worker.channel import Message


def run_values(message: Message) -> Message:
    """Stores what the module's ARTIFACTS holds; those of one input of a join are named `<its pathspec>\\n<name>`."""
    given = message.get("values") or {}
    entries: list[dict[str, Any]] = []
    sink = Sink(message["scratch"], message.get("spill") or message["scratch"], f"{message['task_id']}.0.{os.getpid()}")
    try:
        for name, value in _named(_read(given["module"][0]), given["join"][0] == "true").items():
            entries.append(sink.put(name, value))
    except Exception as e:
        return {
            "type": "failed",
            "persisted": False,
            "artifacts": [],
            "inherit": [],
            "exception": as_protocol(e),
            "retry": False,
        }
    finally:
        sink.close()
    return {
        "type": "done",
        "success": True,
        "artifacts": entries,
        "inherit": [],
        "transition": None,
        "caught": False,
    }


def _read(path: str) -> dict[str, Any]:
    import runpy
    import sys

    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    values = runpy.run_path(path).get("ARTIFACTS")
    if not isinstance(values, dict):
        raise MetaflowException("it must define a dict called ARTIFACTS")
    return values


def _named(values: dict[str, Any], join: bool) -> dict[str, Any]:
    if not join:
        return values
    named: dict[str, Any] = {}
    for pathspec, of_input in values.items():
        if not isinstance(of_input, dict):
            raise MetaflowException(
                "for a join ARTIFACTS is a dict by the inputs' pathspecs, run/step/task, of dicts by artifact"
            )
        for name, value in of_input.items():
            named[f"{pathspec}\n{name}"] = value
    return named
