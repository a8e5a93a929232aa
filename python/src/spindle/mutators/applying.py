"""When mutators have their say, and what decorators of the user's own do around a step's body."""

from __future__ import annotations

from spindle.mutators.flows import of_flow
from spindle.mutators.mutable import MutableFlow, MutableStep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def wanted(cls: type, steps: list[Any]) -> bool:
    """Whether a flow has mutators."""
    return bool(of_flow(cls)) or any(step.config_decorators for step in steps)


def pre_mutate(cls: Any, steps: Callable[[], list[Any]], configs: dict[str, Any]) -> None:
    """The early say: the flow's mutators, then those of its steps. Configs, given by attribute, are values by then."""
    for mutator in of_flow(cls):
        mutator.external_init()
    for attribute, value in configs.items():
        setattr(cls, attribute, value)
    cls._configs_as_values = frozenset(configs)
    done: list[Any] = []
    while waiting := [one for one in of_flow(cls) if one not in done]:  # a mutator may add others
        done.append(waiting[0])
        waiting[0].pre_mutate(MutableFlow(cls, True, waiting[0].statically_defined, _by(waiting[0])))
    for step in steps():
        for mutator in step.config_decorators:
            mutator.external_init()
    for step in steps():
        for mutator in step.config_decorators:
            mutator.pre_mutate(MutableStep(cls, step, True, mutator.statically_defined, _by(mutator)))


def mutate(cls: type, steps: list[Any]) -> None:
    """The late say."""
    for mutator in of_flow(cls):
        mutator.mutate(MutableFlow(cls, False, mutator.statically_defined, _by(mutator)))
    for step in steps:
        for mutator in step.config_decorators:
            mutator.mutate(MutableStep(cls, step, False, mutator.statically_defined, _by(mutator)))


def _by(mutator: Any) -> list[str]:
    return [mutator.decorator_name, *(mutator.inserted_by or [])]


def settle(steps: list[Any]) -> None:
    """Gives the decorators around steps their arguments."""
    for step in steps:
        for wrapper in step.wrappers:
            wrapper.external_init()


def run(running: Any, wrappers: list[Any], body: Callable[..., Any], inputs: tuple[Any, ...]) -> None:
    """Runs a step's body inside of its wrappers, the outermost first."""
    flow, name = running.flow, running.step
    entered: list[Any] = []
    instead: Any = None
    arguments: Any = None  # for self.next, which is not called by the body
    for wrapper in reversed(wrappers):
        instead = wrapper.pre_step(name, flow, inputs[0] if inputs else None)
        entered.append(wrapper)
        if wrapper.skip_step:
            arguments = wrapper.skip_step
            break
        if instead:
            break
    error: Exception | None = None
    raised = False
    try:
        if not arguments:
            if instead:
                arguments = instead(flow, *inputs) or None
            else:
                body(*inputs)
    except Exception as e:
        error, raised = e, True
    for wrapper in reversed(entered):
        error, arguments = _after(wrapper, name, flow, error, arguments)
    if error is not None:
        raise error
    if raised or (arguments is not None and arguments is not False):
        _next(running, arguments)


def _after(wrapper: Any, name: str, flow: Any, error: Exception | None, arguments: Any) -> tuple[Any, Any]:
    from spindle.mutators.steps import SecondYield

    try:
        result = wrapper.post_step(name, flow, error)
    except SecondYield:
        raise
    except Exception as e:
        result = e
    if result is None:
        return None, arguments
    if isinstance(result, Exception):
        return result, arguments
    if isinstance(result, tuple) and len(result) == 2:
        return result
    raise RuntimeError(
        f"{wrapper} must return an exception, None, or a tuple of that and arguments for self.next, not {result!r:.60}"
    )


def _next(running: Any, arguments: Any) -> None:
    """Calls self.next in the step's place, as its source does, or with other arguments."""
    flow, node = running.flow, running.message.get("node") or {}
    targets = [getattr(flow, name) for name in node.get("next") or []]
    if not targets:
        return
    flow._transition = None
    if isinstance(arguments, dict) and arguments:
        flow.next(*targets, **arguments)
        return
    if arguments not in (None, True, {}):
        raise RuntimeError(f"the arguments for self.next are True or a dictionary, and not {arguments!r:.60}")
    if node.get("parallel") or node.get("type") == "parallel":
        raise RuntimeError(
            f"step {running.step} starts parallel tasks: to skip it, say how many, as in {{'num_parallel': 2}}"
        )
    if node.get("type") == "switch":
        raise RuntimeError(f"step {running.step} is a switch: when it is skipped, nothing says where to go on")
    if node.get("foreach"):
        flow.next(*targets, foreach=node["foreach"])
    else:
        flow.next(*targets)
