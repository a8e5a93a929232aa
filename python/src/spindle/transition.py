"""self.next: where the run goes after a step.

The calls are checked here as they are made; whether they agree with the graph read from the source is checked when the
step has ended.
"""

from __future__ import annotations

import os
import sys

from spindle.exception import MetaflowException
from spindle.unbounded import ParallelUBF, UnboundedForeachInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from spindle.flowspec import FlowSpec

_SDK = os.path.dirname(os.path.abspath(__file__)) + os.sep


class InvalidNextException(MetaflowException):
    """A call of self.next that cannot be followed."""

    headline = "Invalid self.next() transition detected"

    def __init__(self, msg: str) -> None:
        super().__init__(msg, _calling_line())


InvalidNextException.__module__ = "metaflow.flowspec"


def _calling_line() -> int | None:
    """The line of the innermost frame outside of the SDK."""
    frame = sys._getframe(1)
    while frame is not None:
        if not frame.f_code.co_filename.startswith(_SDK):
            return frame.f_lineno
        frame = frame.f_back  # type: ignore[assignment]
    return None


def follow(flow: FlowSpec, destinations: tuple[Any, ...], options: dict[str, Any]) -> None:
    """Checks a call of self.next and records the transition on the flow."""
    step = flow._current_step
    foreach = options.pop("foreach", None)
    num_parallel = options.pop("num_parallel", None)
    condition = options.pop("condition", None)
    for unknown in options:
        raise InvalidNextException(f"Step *{step}* gives self.next() an unknown keyword argument, {unknown!r}")
    if flow._transition is not None:
        raise InvalidNextException(
            f"Step *{step}* calls self.next() more than once. A step goes on exactly once, as its last statement."
        )
    if condition is not None:
        if foreach is not None or num_parallel is not None:
            raise _invalid(step, "A switch (condition=…) can not be combined with foreach or num_parallel.")
        flow._transition = ([_chosen(flow, step, destinations, condition)], None)
        return
    if len(destinations) == 1 and isinstance(destinations[0], dict):
        raise _invalid(step, "A dictionary of steps needs condition='name of an artifact' to choose by.")
    names = [_name_of(flow, step, target, f"argument {i + 1} of self.next()") for i, target in enumerate(destinations)]
    if num_parallel is not None and num_parallel >= 1:
        if len(destinations) > 1:
            raise _invalid(step, "num_parallel takes exactly one target step.")
        flow._parallel_ubf_iter = ParallelUBF(num_parallel)
        foreach = "_parallel_ubf_iter"
    if foreach:
        _split(flow, step, destinations, foreach)
    elif not destinations:
        raise _invalid(step, "Give self.next() at least one step to go to.")
    flow._transition = (names, foreach or None)


def _invalid(step: str, problem: str) -> InvalidNextException:
    return InvalidNextException(f"Step *{step}* has an invalid self.next() transition. {problem}")


def _name_of(flow: FlowSpec, step: str, target: Any, what: str) -> str:
    try:
        name = target.__func__.__name__
    except AttributeError:
        raise InvalidNextException(f"In step *{step}* {what} is not a step of this flow, but {target!r:.80}.") from None
    if not hasattr(flow, name):
        raise InvalidNextException(f"Step *{step}* goes on to an unknown step, *{name}*.")
    return str(name)


def _chosen(flow: FlowSpec, step: str, destinations: tuple[Any, ...], condition: Any) -> str:
    """The step a switch goes to."""
    if len(destinations) != 1 or not isinstance(destinations[0], dict) or not destinations[0]:
        raise _invalid(step, "A switch takes exactly one dictionary that maps the values of its condition to steps.")
    if not isinstance(condition, str):
        raise _invalid(step, "condition must be the name of an artifact, as a string.")
    cases = destinations[0]
    try:
        value = getattr(flow, condition)
    except AttributeError:
        raise InvalidNextException(
            f"The condition *self.{condition}* of step *{step}* does not exist. Set it before self.next()."
        ) from None
    if value not in cases:
        raise RuntimeError(
            f"Switch condition variable {condition!r} has value {str(value)!r} "
            f"which is not in the available cases: {list(cases)}"
        )
    return _name_of(flow, step, cases[value], f"the target of case {value!r}")


def _split(flow: FlowSpec, step: str, destinations: tuple[Any, ...], foreach: Any) -> None:
    """Walks the items of a foreach and records their number and their texts."""
    if not isinstance(foreach, str):
        raise _invalid(step, "foreach must be the name of an artifact, as a string.")
    if len(destinations) != 1:
        raise _invalid(step, "foreach takes exactly one target step.")
    try:
        items = getattr(flow, foreach)
    except AttributeError:
        raise InvalidNextException(
            f"The foreach variable *self.{foreach}* of step *{step}* does not exist. Set it before self.next()."
        ) from None
    flow._foreach_values = None
    if isinstance(items, UnboundedForeachInput):
        if not isinstance(items, ParallelUBF):
            raise _invalid(step, "Spindle knows the number of items only of iterables and of num_parallel.")
        flow._unbounded_foreach = True
        flow._foreach_num_splits = None
    else:
        values: list[str] = []
        if os.environ.get("METAFLOW_INCLUDE_FOREACH_STACK", "true").lower() not in ("0", "false", ""):
            flow._foreach_values = values
        _add_texts(values, step, foreach, items)
        flow._foreach_num_splits = len(values)
        if not values:
            raise InvalidNextException(
                f"The foreach over *self.{foreach}* in step *{step}* has no items: it must yield at least one."
            )
    flow._foreach_var = foreach


def _add_texts(values: list[str], step: str, foreach: str, items: Any) -> None:
    limit = int(os.environ.get("METAFLOW_MAXIMUM_FOREACH_VALUE_CHARS", "30"))
    try:
        values.extend(value_text(item, limit) for item in items)
    except Exception as e:
        raise InvalidNextException(
            f"The foreach variable *self.{foreach}* in step *{step}* can not be iterated over: {e}"
        ) from e


def value_text(item: Any, limit: int = 30) -> str:
    """A foreach item as the short text that names its task."""
    if isinstance(item, (str, int, float)):
        return str(item)[:limit]
    import reprlib

    return reprlib.Repr().repr(item)[:limit]
