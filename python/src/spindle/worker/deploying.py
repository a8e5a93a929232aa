"""What parameters are that have to be worked out where a flow is deployed: functions are called, files are stored."""

from __future__ import annotations

from spindle.includefile import IncludedFile, IncludeFile
from spindle.worker.values import BadValue, value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from spindle.parameters import Parameter
    from spindle.worker.channel import Message
    from spindle.worker.preparing import Prepared


def run_defaults(flow: Any, message: Message) -> Message:
    """Returns the last message: by name of parameter, the texts that stand for such defaults in a run elsewhere."""
    prepared: Prepared = type(flow)._flow_state
    given = message.get("values") or {}
    texts: dict[str, list[str]] = {}
    errors: list[dict[str, str]] = []
    for _, parameter in prepared.parameters:
        own = given.get(parameter.name) or []
        if not _wanted(parameter, own):
            continue
        try:
            texts[parameter.name] = _texts(parameter, value_of(_whole(parameter), own, flow.name, message))
        except BadValue as e:
            errors.append({"parameter": parameter.name, "message": str(e)})
    if errors:
        return {"type": "invalid", "errors": errors}
    return {
        "type": "done",
        "success": True,
        "artifacts": [],
        "inherit": [],
        "transition": None,
        "caught": False,
        "answer": texts,
    }


def _wanted(parameter: Parameter, given: list[str]) -> bool:
    """Whether only this machine can tell the default: the file lies here, or the function belongs to the deployment."""
    if isinstance(parameter, IncludeFile):
        return bool(given) or parameter.default is not None
    return parameter.deploy_time and not given


def _whole(parameter: Parameter) -> Parameter:
    """The parameter without the separator: what is told is split where the run is."""
    from copy import copy

    whole = copy(parameter)
    whole.separator = None
    return whole


def _texts(parameter: Parameter, value: Any) -> list[str]:
    if parameter.multiple:
        return [_text(one) for one in value or ()]
    return [] if value is None else [_text(value)]


def _text(value: Any) -> str:
    """A value as it would be given on the command line."""
    if isinstance(value, str):
        return value
    import json

    if isinstance(value, IncludedFile):
        value = value.descriptor
    try:
        return json.dumps(value)
    except (TypeError, ValueError) as e:
        raise BadValue(f"{value!r} cannot be told to the machines that run the flow: {e}") from None
