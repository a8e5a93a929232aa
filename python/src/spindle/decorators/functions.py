"""The decorators by name: the functions users write, and the classes behind them, loaded when first used."""

from __future__ import annotations

import sys

from spindle.decorators.base import (
    FlowDecorator,
    StepDecorator,
    UnknownStepDecoratorException,
    on_flow,
    on_step,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol, TypeVar, overload

    F = TypeVar("F", bound=Callable[..., Any])
    C = TypeVar("C", bound=type)

    class OnStep(Protocol):
        """A step decorator, written as `@d` or `@d(…)`."""

        @overload
        def __call__(self, step: F, /) -> F: ...
        @overload
        def __call__(self, **attributes: Any) -> Callable[[F], F]: ...

    class OnFlow(Protocol):
        """A flow decorator, written as `@d` or `@d(…)`."""

        @overload
        def __call__(self, flow: C, /) -> C: ...
        @overload
        def __call__(self, **attributes: Any) -> Callable[[C], C]: ...

    batch: OnStep
    card: OnStep
    catch: OnStep
    conda: OnStep
    environment: OnStep
    kubernetes: OnStep
    parallel: OnStep
    pypi: OnStep
    resources: OnStep
    retry: OnStep
    secrets: OnStep
    timeout: OnStep
    conda_base: OnFlow
    exit_hook: OnFlow
    project: OnFlow
    pypi_base: OnFlow
    schedule: OnFlow
    trigger: OnFlow
    trigger_on_finish: OnFlow

# Name of a decorator -> module in this package and class.
STEP = {
    "batch": ("remote", "BatchDecorator"),
    "card": ("cosmetic", "CardDecorator"),
    "catch": ("catching", "CatchDecorator"),
    "conda": ("packages", "CondaDecorator"),
    "environment": ("basic", "EnvironmentDecorator"),
    "kubernetes": ("remote", "KubernetesDecorator"),
    "parallel": ("basic", "ParallelDecorator"),
    "pypi": ("packages", "PypiDecorator"),
    "resources": ("basic", "ResourcesDecorator"),
    "retry": ("basic", "RetryDecorator"),
    "secrets": ("hidden", "SecretsDecorator"),
    "timeout": ("timeouts", "TimeoutDecorator"),
}
FLOW = {
    "conda_base": ("packages", "CondaBaseDecorator"),
    "exit_hook": ("hooks", "ExitHookDecorator"),
    "project": ("projects", "ProjectDecorator"),
    "pypi_base": ("packages", "PypiBaseDecorator"),
    "schedule": ("triggers", "ScheduleDecorator"),
    "trigger": ("triggers", "TriggerDecorator"),
    "trigger_on_finish": ("triggers", "TriggerOnFinishDecorator"),
}


def _class(place: tuple[str, str]) -> Any:
    module = "spindle.decorators." + place[0]
    __import__(module)
    return getattr(sys.modules[module], place[1])


def step_decorator(name: str) -> type[StepDecorator]:
    """The class of a step decorator; an error with the nearest name when there is none."""
    if name in STEP:
        return _class(STEP[name])  # type: ignore[no-any-return]
    import difflib

    close = difflib.get_close_matches(name, STEP, 1)
    if name in FLOW:
        hint = f"@{name} decorates flows, not steps"
    elif close:
        hint = f"did you mean {close[0]!r}?"
    else:
        hint = f"there are: {', '.join(sorted(STEP))}"
    raise UnknownStepDecoratorException(f"there is no step decorator {name!r}; {hint}")


def __getattr__(name: str) -> Any:
    if name in STEP:
        step_class: type[StepDecorator] = _class(STEP[name])

        def on_steps(*args: Any, **attributes: Any) -> Any:
            return on_step(step_class, args, attributes)

        made: Any = on_steps
    elif name in FLOW:
        flow_class: type[FlowDecorator] = _class(FLOW[name])

        def on_flows(*args: Any, **attributes: Any) -> Any:
            return on_flow(flow_class, args, attributes)

        made = on_flows
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    made.__name__ = made.__qualname__ = name
    made.__doc__ = _class(STEP.get(name) or FLOW[name]).__doc__
    globals()[name] = made
    return made
