"""The run's first task: turns what was given for the parameters into values and stores them with the constants."""

from __future__ import annotations

from spindle.worker.ending import flush
from spindle.worker.persisting import persist
from spindle.worker.values import BadValue, value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from spindle.worker.channel import Message
    from spindle.worker.preparing import Prepared


def run_parameters(flow: Any, message: Message) -> Message:
    """Returns the last message: the artifacts, or all wrong values at once."""
    cls = type(flow)
    prepared: Prepared = cls._flow_state
    given = message.get("values") or {}
    values: dict[str, Any] = {}
    errors: list[dict[str, str]] = []
    for attr, parameter in prepared.parameters:
        try:
            values[attr] = value_of(parameter, given.get(parameter.name) or [], flow.name, message)
        except BadValue as e:
            errors.append({"parameter": parameter.name, "message": str(e)})
    if errors:
        return {"type": "invalid", "errors": errors}
    values.update((attr, prepared.config_values[config.name]) for attr, config in prepared.configs)
    values.update(prepared.constants)
    # From here on the flow object only carries values to be stored: nothing guards them.
    for name in prepared.guarded:
        if name in vars(cls):
            delattr(cls, name)
    flow.__dict__.update(values)
    flow._graph_info = _graph_info(message.get("graph_info") or {})
    flow._foreach_stack = []
    flow._task_ok = flow._success = True
    artifacts, _ = persist(flow, message)
    flush()
    return {"type": "done", "success": True, "artifacts": artifacts, "inherit": [], "transition": None, "caught": False}


def _graph_info(info: dict[str, Any]) -> dict[str, Any]:
    """The description of the graph as it is stored: JSON has no mapping with keys that are not text."""
    for step in (info.get("steps") or {}).values():
        if isinstance(step.get("switch_cases"), list):
            step["switch_cases"] = dict(step["switch_cases"])
    return info
