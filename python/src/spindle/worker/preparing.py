"""Makes an imported flow ready: finds its steps, parameters and constants, checks its decorators and guards what steps
must not change.
"""

from __future__ import annotations

import sys
import types

from spindle.decorators.base import FlowDecorator, StepDecorator, flow_decorators
from spindle.exception import MetaflowException
from spindle.parameters import Parameter, ParameterError
from spindle.worker import overlay

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from spindle.configs import Config
    from spindle.flowspec import FlowSpec

# Decorators that send a step elsewhere: spinning is for this machine.
_REMOTE = frozenset(("batch", "kubernetes"))
# Of class attributes, what is code and not data.
_CODE = (types.FunctionType, types.MethodType, property, type)


class Prepared:
    """What is known of a flow's class, beyond what Python knows."""

    def __init__(self) -> None:
        self.steps: list[Any] = []  # their functions: those of base classes first, then by line
        self.parameters: list[tuple[str, Parameter]] = []  # by attribute
        self.configs: list[tuple[str, Config]] = []  # by attribute, as are
        self.constants: list[tuple[str, Any]] = []
        self.config_values: dict[str, Any] = {}  # as they are stored, by name
        self.private: list[str] = []  # private class attributes, which every task stores
        self.guarded: frozenset[str] = frozenset()  # parameters, constants and the graph: stored once, read-only
        self.flow_decorators: list[FlowDecorator] = []
        self.project: dict[str, Any] | None = None
        self.system_tags: list[str] = []
        self.mutated = False  # whether mutators had their say
        self.mutators: list[Any] = []  # of the flow
        self.skipped: list[str] = []  # what is said of decorators that were left out
        self.exit_hooks: dict[str, list[str]] = {"on_success": [], "on_error": []}


class Guarded:
    """A read-only attribute of a flow: a parameter, a constant or the graph's description."""

    def __init__(self, name: str, declared: Any) -> None:
        self.name = name
        self.declared = declared

    def __get__(self, flow: Any, cls: type | None = None) -> Any:
        if flow is None or not isinstance(self.declared, Parameter):
            return self.declared
        # Every object of the flow in a task sees the task's parameters, those of a join's inputs too.
        return flow._task_state.parameter(self.name, self.declared)

    def __set__(self, flow: Any, value: Any) -> None:
        raise AttributeError("Flow level attributes and Parameters are not modifiable")

    def __delete__(self, flow: Any) -> None:
        raise AttributeError("Flow level attributes and Parameters are not modifiable")


class GraphInfo(Guarded):
    """`_graph_info`, which the run's first task has stored."""

    def __get__(self, flow: Any, cls: type | None = None) -> Any:
        return self if flow is None else flow._task_state.stored("_graph_info")


def prepare(flow: FlowSpec, request: dict[str, Any]) -> None:
    """Finds and checks everything, in the order in which a user reads the file; the result is the class's
    `_flow_state`.
    """
    cls = type(flow)
    prepared = Prepared()
    _find(cls, prepared)
    prepared.steps = _steps(cls)
    if "spindle.configs" in sys.modules:
        from spindle.config_reading import settle

        prepared.config_values = settle(prepared.configs, request.get("options") or {})
    if "spindle.mutators" in sys.modules:
        prepared = _mutated_early(cls, prepared)
    _attach(prepared, request.get("with") or [])
    if prepared.mutated:
        from spindle.mutators.applying import mutate

        mutate(cls, prepared.steps)
    _leave_out(prepared, request.get("options") or {})
    if "spindle.mutators" in sys.modules:
        _settle_wrappers(cls, prepared)
    if "spindle.configs" in sys.modules:
        _put_configs(cls, prepared)
    _check_parameters(prepared)
    _check_decorators(flow, prepared, request.get("options") or {})
    fixed = (*prepared.parameters, *prepared.configs, *prepared.constants)
    prepared.guarded = frozenset((*(name for name, _ in fixed), "_graph_info"))
    for name, declared in fixed:
        setattr(cls, name, Guarded(name, declared))
    cls._graph_info = GraphInfo("_graph_info", None)  # type: ignore[attr-defined]
    cls._flow_state = prepared  # type: ignore[attr-defined]


def _find(cls: type[FlowSpec], prepared: Prepared) -> None:
    """Sorts the attributes of the class, those of its bases included."""
    for name in dir(cls):
        if name.startswith("__") or name in cls._EPHEMERAL or name in ("_abc_impl", "_task_state", "_graph_info"):
            continue
        try:
            value = getattr(cls, name)
        except Exception:
            continue  # a descriptor that has nothing for the class
        if name.startswith("_"):
            if not isinstance(value, (types.FunctionType, types.MethodType, property, Parameter)):
                prepared.private.append(name)
        elif name in cls._NON_PARAMETERS:
            continue
        elif isinstance(value, Parameter) and value.IS_CONFIG_PARAMETER:
            prepared.configs.append((name, value))  # type: ignore[arg-type]
        elif isinstance(value, Parameter):
            prepared.parameters.append((name, value))
        elif not isinstance(value, _CODE):
            prepared.constants.append((name, value))


def _steps(cls: type[FlowSpec]) -> list[Any]:
    """The steps' functions. A step defined in several classes stands where the class does that wins."""
    owners: dict[str, int] = {}
    bases = cls.__mro__
    for depth, base in enumerate(bases):
        for name in vars(base):
            owners.setdefault(name, depth)
    functions = [
        (owners[name], getattr(cls, name)) for name in owners if getattr(getattr(cls, name, None), "is_step", False)
    ]
    functions.sort(key=lambda found: (-found[0], first_line(found[1])))
    return [function for _, function in functions]


def unwrapped(function: Any) -> Any:
    """The function a user wrote, below wrappers made with functools."""
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function


def first_line(function: Any) -> int:
    """The line a function begins on, its decorators included."""
    code = getattr(unwrapped(function), "__code__", None)
    return overlay.here(code.co_filename, code.co_firstlineno, sys.argv[0])[1] if code else 0


def _attach(prepared: Prepared, specs: list[str]) -> None:
    """Adds the decorators of --with to the steps that do not have them."""
    if not specs:
        return
    from spindle.decorators.specs import parse

    for step in prepared.steps:
        for spec in specs:
            decorator: Any = parse(spec)
            if not isinstance(decorator, StepDecorator):
                decorator.add_to(step, False, 1, None)
            elif decorator.allow_multiple or not any(other.name == decorator.name for other in step.decorators):
                step.decorators.append(decorator)


def _leave_out(prepared: Prepared, options: dict[str, Any]) -> None:
    """Takes off what does not run when one step is spun: remote places, limits of time while it is debugged, or with
    skip_decorators everything but the shape of a parallel step.
    """
    if not options.get("spin"):
        return
    bare = options.get("skip_decorators")
    out = _REMOTE | {"timeout"} if options.get("debugger") else _REMOTE
    names: dict[str, list[str]] = {}
    for step in prepared.steps:
        for decorator in list(step.decorators):
            if decorator.name in out or (bare and decorator.name != "parallel"):
                step.decorators.remove(decorator)
                names.setdefault(decorator.name, []).append(step.__name__)
    for name, steps in names.items():
        how = "debugged" if name == "timeout" and not bare else "spun"
        prepared.skipped.append(f"@{name} is left out when a step is {how}: {', '.join(steps)}")


def _mutated_early(cls: type[FlowSpec], before: Prepared) -> Prepared:
    """Gives mutators their early say; returns what is known of the class then."""
    from spindle.mutators.applying import pre_mutate, wanted

    if not wanted(cls, before.steps):
        return before
    from spindle.configs import seen

    values = {attr: seen(config, before.config_values[config.name]) for attr, config in before.configs}
    pre_mutate(cls, lambda: _steps(cls), values)
    after = Prepared()
    _find(cls, after)
    after.steps = _steps(cls)
    after.constants = [(name, value) for name, value in after.constants if name not in values]
    after.configs, after.config_values, after.mutated = before.configs, before.config_values, True
    return after


def _settle_wrappers(cls: type[FlowSpec], prepared: Prepared) -> None:
    from spindle.mutators.applying import settle
    from spindle.mutators.flows import of_flow

    settle(prepared.steps)
    prepared.mutators = of_flow(cls)


def _put_configs(cls: type[FlowSpec], prepared: Prepared) -> None:
    """Puts the values of configs where expressions stand for them."""
    from spindle.config_reading import settle_class

    decorators: list[Any] = [one for several in flow_decorators(cls).values() for one in several]
    for step in prepared.steps:
        for decorator in step.decorators:
            decorator.place = decorator.place or _place(step)
            decorators.append(decorator)
    settle_class(cls, decorators, prepared.parameters)


def _place(step: Any) -> tuple[str, int]:
    code = unwrapped(step).__code__
    return code.co_filename, code.co_firstlineno


def _check_parameters(prepared: Prepared) -> None:
    seen: dict[str, str] = {}
    for _, parameter in prepared.parameters:
        parameter.check()
        key = parameter.name.lower().replace("-", "_")
        if key in seen:
            raise parameter.error(
                f"the parameters {seen[key]!r} and {parameter.name!r} have the same name on the command line, "
                "where case does not count"
            )
        seen[key] = parameter.name


def _check_decorators(flow: FlowSpec, prepared: Prepared, options: dict[str, Any]) -> None:
    bare = bool(options.get("skip_decorators"))
    for decorators in () if bare else flow_decorators(type(flow)).values():
        for decorator in decorators:
            decorator.prepare(flow, prepared, options)
            prepared.flow_decorators.append(decorator)
    for step in prepared.steps:
        for step_decorator in step.decorators:
            _check(step_decorator, step, prepared)


def _check(decorator: StepDecorator, step: Any, prepared: Prepared) -> None:
    try:
        decorator.prepare(step, prepared)
    except MetaflowException as e:
        if not e.source_file:
            code = unwrapped(step).__code__
            e.source_file, e.line_no = code.co_filename, code.co_firstlineno
        raise


__all__ = ["Guarded", "ParameterError", "Prepared", "prepare"]
