"""Which attributes of a flow are artifacts, and their way into the result files."""

from __future__ import annotations

import os
import types

from spindle.exception import DataException, MetaflowException, UnpicklableArtifactException
from spindle.parameters import Parameter
from spindle.worker.sink import Sink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from spindle.worker.channel import Message
    from spindle.worker.preparing import Prepared

    Entries = list[dict[str, Any]]
    Inherited = list[list[Any]]

# Values of these types can't have changed since they were loaded.
_ATOMS = (int, float, str, bytes, bool, type(None))
_NO_ARTIFACTS = (types.FunctionType, types.MethodType, Parameter)
# How many entries a result carries at the very least names; kept after pickling because the last message needs them.
_KEPT = frozenset(("name",))


def persist(flow: Any, message: Message) -> tuple[Entries, Inherited]:
    """Pickles the task's artifacts; returns the entries of the new ones and the names taken over from each input.

    The flow loses its public artifacts one by one, so that value and pickle are not both in memory longer than needed.
    Raises UnpicklableArtifactException or DataException.
    """
    scratch = message["scratch"]
    sink = Sink(
        scratch, message.get("spill") or scratch, f"{message['task_id']}.{message.get('attempt') or 0}.{os.getpid()}"
    )
    inherited = dict(flow._datastore.names()) if flow._datastore is not None else {}
    entries: Entries = []
    try:
        for name in sorted(names(flow), reverse=True):
            if _unchanged(flow, name):
                continue
            entries.append(_put(sink, flow, name))
            inherited.pop(name, None)
    finally:
        sink.close()
    by_input: dict[int, list[str]] = {}
    for name, index in inherited.items():
        by_input.setdefault(index, []).append(name)
    return entries, [[index, of_input] for index, of_input in by_input.items()]


def names(flow: Any) -> list[str]:
    """The names of the flow's own artifacts: attributes of the object, and private data of its class."""
    cls = type(flow)
    prepared: Prepared = cls._flow_state
    own = [
        name for name in flow.__dict__ if _is_artifact(name, cls) and not isinstance(flow.__dict__[name], _NO_ARTIFACTS)
    ]
    return own + [name for name in prepared.private if name not in flow.__dict__]


def _is_artifact(name: str, cls: Any) -> bool:
    return not name.startswith("__") and name not in cls._EPHEMERAL


def _unchanged(flow: Any, name: str) -> bool:
    """Whether an attribute is what was loaded for it from an input, and must be."""
    loaded = flow._datastore.loaded if flow._datastore is not None else {}
    return name in loaded and type(loaded[name]) in _ATOMS and flow.__dict__.get(name) is loaded[name]


def _put(sink: Sink, flow: Any, name: str) -> dict[str, Any]:
    value = getattr(flow, name)
    if not name.startswith("_") and name not in _KEPT:
        del flow.__dict__[name]
        if flow._datastore is not None:
            flow._datastore.loaded.pop(name, None)
    try:
        return sink.put(name, value)
    except MetaflowException as e:
        raise UnpicklableArtifactException(name, str(e.message)) from e
    except OSError as e:
        problem = f"{e.strerror or e} ({e.filename or 'while writing it'})"
        if isinstance(e, FileNotFoundError):
            problem += ". Something removed the engine's folder for temporary files while the run needed it"
        raise DataException(f"The value of the artifact *{name}* can not be stored: {problem}") from e
    except Exception as e:
        raise UnpicklableArtifactException(name, f"{type(e).__name__}: {e}") from e
