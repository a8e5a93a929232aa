"""MutableFlow and MutableStep: a flow and a step as mutators see them."""

from __future__ import annotations

import sys

from spindle.decorators.base import (
    DecoratorError,
    DuplicateFlowDecoratorException,
    DuplicateStepDecoratorException,
    UnknownFlowDecoratorException,
    flow_decorators,
)
from spindle.decorators.functions import FLOW, STEP, _class, step_decorator
from spindle.mutators.flows import FlowMutator, of_flow
from spindle.mutators.names import FLOWS, STEPS, arguments, builtin, step_class
from spindle.mutators.steps import StepMutator, UserStepDecoratorBase
from spindle.parameters import Parameter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Spec = tuple[str, str, list[Any], dict[str, Any]]

# What happens when a decorator is added that is there already.
IGNORE, ERROR, OVERRIDE = 1, 2, 3


class _Mutable:
    """What is changed, by whom, and whether that is still early."""

    IGNORE, ERROR, OVERRIDE = IGNORE, ERROR, OVERRIDE

    def __init__(self, flow: type, pre: bool, static: bool, by: list[str]) -> None:
        self._flow_cls: Any = flow
        self._pre_mutate = pre
        self._statically_defined = static
        self._inserted_by = by

    def _early(self, what: str) -> None:
        if not self._pre_mutate:
            raise DecoratorError(f"{' from '.join(self._inserted_by)}: {what} only in pre_mutate, and not in mutate")

    @property
    def decorator_specs(self) -> Iterator[Spec]:
        """The decorators: name, full name, arguments and keyword arguments of each."""
        raise NotImplementedError

    def get_decorator_specs(self, name: str) -> list[Spec]:
        """Those of the decorators that have a name, short or with dots in full."""
        return [spec for spec in self.decorator_specs if name == (spec[1] if "." in name else spec[0])]

    def has_decorator(self, name: str) -> bool:
        """Whether there is a decorator of a name, short or with dots in full."""
        return bool(self.get_decorator_specs(name))

    def _made(self, cls: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """One of Metaflow's own decorators."""
        if args:
            raise DecoratorError(f"@{cls.name} takes keyword arguments only")
        return cls(kwargs, statically_defined=self._statically_defined, inserted_by=self._inserted_by)

    def _policy(self, duplicates: int) -> int:
        if duplicates not in (IGNORE, ERROR, OVERRIDE):
            raise ValueError(f"duplicates is IGNORE, ERROR or OVERRIDE, and not {duplicates!r}")
        return duplicates


def _taken_apart(spec: Any, args: list[Any], kwargs: dict[str, Any]) -> tuple[str, list[Any], dict[str, Any]]:
    """A decorator given as text, with its arguments from the text or from beside it."""
    name, colon, text = spec.partition(":")
    if colon:
        if args or kwargs:
            raise DecoratorError(f"add_decorator({spec!r}): the arguments are given in the text and beside it")
        args, kwargs = arguments(spec, text)
    return name.strip(), args, kwargs


def _own_spec(decorator: Any) -> Spec:
    cls = type(decorator)
    module = cls.__module__.replace("spindle.", "metaflow.", 1)
    return decorator.name, f"{module}.{cls.__name__}", [], dict(decorator.attributes)


class MutableFlow(_Mutable):
    """A flow as mutators see it. Its steps, configs and parameters are its attributes too."""

    @property
    def configs(self) -> Iterator[tuple[str, Any]]:
        """The configs: name and value of each."""
        known = sys.modules.get("spindle.configs")
        yield from known.known().items() if known else ()

    @property
    def parameters(self) -> Iterator[tuple[str, Parameter]]:
        """The parameters: attribute and declaration of each."""
        for name in dir(self._flow_cls):
            value = None if name.startswith("_") else getattr(self._flow_cls, name, None)
            if isinstance(value, Parameter) and not value.IS_CONFIG_PARAMETER:
                yield name, value

    @property
    def steps(self) -> Iterator[tuple[str, MutableStep]]:
        """The steps: name and step of each."""
        for name in dir(self._flow_cls):
            step = getattr(self._flow_cls, name, None)
            if callable(step) and getattr(step, "is_step", False):
                yield name, self._step(step)

    def _step(self, step: Any) -> MutableStep:
        return MutableStep(self._flow_cls, step, self._pre_mutate, self._statically_defined, self._inserted_by)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        value = getattr(self._flow_cls, name)
        if callable(value) and getattr(value, "is_step", False):
            return self._step(value)
        known = self._flow_cls.__dict__.get("_configs_as_values") or ()
        if isinstance(value, Parameter) or name in known:
            return value
        raise AttributeError(f"{self._flow_cls.__name__} has no step, config or parameter {name!r}")

    @property
    def decorator_specs(self) -> Iterator[Spec]:
        for several in flow_decorators(self._flow_cls).values():
            yield from map(_own_spec, several)
        for mutator in of_flow(self._flow_cls):
            yield FLOWS.short(type(mutator)), mutator.decorator_name, *mutator.get_args_kwargs()

    def add_parameter(self, name: str, value: Parameter, overwrite: bool = False) -> None:
        """Gives the flow a parameter, as the attribute `name`."""
        self._early("parameters are added")
        if hasattr(self._flow_cls, name) and not overwrite:
            raise DecoratorError(
                f"{self._flow_cls.__name__} has an attribute {name!r} already: overwrite=True replaces it"
            )
        if not isinstance(value, Parameter) or value.IS_CONFIG_PARAMETER:
            raise DecoratorError(f"add_parameter takes a Parameter or an IncludeFile, and not {value!r:.60}")
        setattr(self._flow_cls, name, value)

    def remove_parameter(self, parameter_name: str) -> bool:
        """Takes a parameter off the flow, by the name it has on the command line. False when there is none."""
        self._early("parameters are removed")
        for attribute, parameter in self.parameters:
            if parameter.name == parameter_name:
                owner = next(cls for cls in self._flow_cls.__mro__ if attribute in vars(cls))
                delattr(owner, attribute)
                return True
        return False

    def add_decorator(
        self,
        deco_type: Any,
        deco_args: list[Any] | None = None,
        deco_kwargs: dict[str, Any] | None = None,
        duplicates: int = IGNORE,
    ) -> Any:
        """Adds a decorator or mutator: itself, or as text such as `project:name=x`. Returns it, None where there is one
        already and `duplicates` does not say OVERRIDE.
        """
        self._early("decorators of the flow are added")
        args, kwargs = list(deco_args or []), dict(deco_kwargs or {})
        policy, name = self._policy(duplicates), builtin(deco_type)
        if isinstance(deco_type, str):
            name, args, kwargs = _taken_apart(deco_type, args, kwargs)
            if name not in FLOW:
                deco_type = FLOWS.find(name)
                if deco_type is None:
                    raise UnknownFlowDecoratorException(f"there is no flow decorator {name!r}")
        if name in FLOW:
            return self._add_own(self._made(_class(FLOW[name]), args, kwargs), policy)
        if not (isinstance(deco_type, type) and issubclass(deco_type, FlowMutator)):
            raise TypeError(f"add_decorator takes a flow decorator or a FlowMutator, and not {deco_type!r:.60}")
        return self._add_mutator(deco_type(*args, **kwargs), policy)

    def _add_own(self, decorator: Any, policy: int) -> Any:
        name, table = decorator.name, self._flow_cls._flow_decorators
        if not decorator.allow_multiple and flow_decorators(self._flow_cls).get(name):
            if policy == ERROR and self._statically_defined:
                raise DuplicateFlowDecoratorException(name)
            if policy != OVERRIDE:
                return None
            self._drop(name)
        table.setdefault(name, []).append(decorator)
        return decorator

    def _add_mutator(self, mutator: FlowMutator, policy: int) -> Any:
        existing = [one for one in of_flow(self._flow_cls) if one.decorator_name == mutator.decorator_name]
        if existing:
            if policy == ERROR and self._statically_defined:
                raise DuplicateFlowDecoratorException(mutator.decorator_name)
            if policy != OVERRIDE:
                return None
        mutator.statically_defined, mutator.inserted_by = self._statically_defined, self._inserted_by
        mutator.external_init()
        for cls in self._flow_cls.__mro__ if existing else ():
            if "_flow_mutators" in vars(cls):
                cls._flow_mutators = [one for one in cls._flow_mutators if one not in existing]
        mutator(self._flow_cls)
        return mutator

    def _drop(self, name: str) -> None:
        for cls in self._flow_cls.__mro__:
            vars(cls).get("_flow_decorators", {}).pop(name, None)

    def remove_decorator(
        self, deco_name: str, deco_args: list[Any] | None = None, deco_kwargs: dict[str, Any] | None = None
    ) -> bool:
        """Takes a decorator off the flow: all of that name, or those with just these arguments."""
        self._early("decorators of the flow are removed")
        if FLOWS.find(deco_name) in [type(mutator) for mutator in of_flow(self._flow_cls)]:
            raise DecoratorError(f"the mutator {deco_name} can not be removed: mutators are at work")
        found = flow_decorators(self._flow_cls).get(deco_name, [])
        if deco_args is None and deco_kwargs is None:
            self._drop(deco_name)
            return bool(found)
        kept = [one for one in found if ([], one.attributes) != (deco_args or [], deco_kwargs or {})]
        self._drop(deco_name)
        if kept:
            self._flow_cls._flow_decorators[deco_name] = kept
        return len(kept) < len(found)


class MutableStep(_Mutable):
    """A step as mutators see it."""

    def __init__(self, flow: type, step: Any, pre: bool, static: bool, by: list[str]) -> None:
        super().__init__(flow, pre, static, by)
        self._my_step = step

    @property
    def flow(self) -> MutableFlow:
        """The flow of the step."""
        return MutableFlow(self._flow_cls, self._pre_mutate, self._statically_defined, self._inserted_by)

    @property
    def decorator_specs(self) -> Iterator[Spec]:
        step = self._my_step
        yield from map(_own_spec, step.decorators)
        for decorator in dict.fromkeys((*step.wrappers, *step.config_decorators)):
            yield STEPS.short(type(decorator)), decorator.decorator_name, *decorator.get_args_kwargs()

    def add_decorator(
        self,
        deco_type: Any,
        deco_args: list[Any] | None = None,
        deco_kwargs: dict[str, Any] | None = None,
        duplicates: int = IGNORE,
    ) -> Any:
        """Adds a decorator: itself, or as text such as `retry:times=3`. Returns it, None where there is one already and
        `duplicates` does not say OVERRIDE.
        """
        args, kwargs = list(deco_args or []), dict(deco_kwargs or {})
        policy, name = self._policy(duplicates), builtin(deco_type)
        if isinstance(deco_type, str):
            name, args, kwargs = _taken_apart(deco_type, args, kwargs)
            if name not in STEP:
                deco_type = step_class(name)
                if deco_type is None:
                    step_decorator(name)  # says that there is none
        if name in STEP:
            return self._add_own(self._made(_class(STEP[name]), args, kwargs), policy)
        if not (isinstance(deco_type, type) and issubclass(deco_type, UserStepDecoratorBase)):
            raise TypeError(f"add_decorator takes a step decorator, and not {deco_type!r:.60}")
        if issubclass(deco_type, StepMutator):
            self._early("step mutators are added")
        made: Any = deco_type(*args, **kwargs)
        if not made.add_to(self._my_step, self._statically_defined, policy, self._inserted_by):
            return None
        made.external_init()
        return made

    def _add_own(self, decorator: Any, policy: int) -> Any:
        step = self._my_step
        if not decorator.allow_multiple and any(one.name == decorator.name for one in step.decorators):
            if policy == ERROR and self._statically_defined:
                raise DuplicateStepDecoratorException(decorator.name, step)
            if policy != OVERRIDE:
                return None
            step.decorators = [one for one in step.decorators if one.name != decorator.name]
        step.decorators.append(decorator)
        return decorator

    def remove_decorator(
        self, deco_name: str, deco_args: list[Any] | None = None, deco_kwargs: dict[str, Any] | None = None
    ) -> bool:
        """Takes a decorator off the step: all of that name, or those with just these arguments."""
        step, everything = self._my_step, deco_args is None and deco_kwargs is None
        wanted = (deco_args or [], deco_kwargs or {})
        cls: Any = None if deco_name in STEP else STEPS.find(deco_name)
        removed = False
        for field in ("config_decorators", "wrappers") if cls is not None else ():
            kept = []
            for one in getattr(step, field):
                if one.decorator_name != cls.decorator_name or not (everything or one.get_args_kwargs() == wanted):
                    kept.append(one)
                    continue
                if isinstance(one, StepMutator):
                    self._early("step mutators are removed")
                removed = True
            setattr(step, field, kept)
        if removed:
            return True
        before = len(step.decorators)
        step.decorators = [
            one
            for one in step.decorators
            if one.name != deco_name or not (everything or ([], one.attributes) == (deco_args, deco_kwargs))
        ]
        return len(step.decorators) < before


MutableFlow.__module__ = "metaflow.user_decorators.mutable_flow"
MutableStep.__module__ = "metaflow.user_decorators.mutable_step"
