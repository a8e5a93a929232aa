"""The user's own decorators of steps: StepMutator changes a step before the run, UserStepDecorator wraps its body."""

from __future__ import annotations

import types

from spindle.decorators.base import DecoratorError, DuplicateStepDecoratorException
from spindle.mutators.base import Applied, UserDecorator
from spindle.mutators.names import STEPS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from spindle.mutators.mutable import MutableStep

# Yielded by a decorator, skips the step.
USER_SKIP_STEP: dict[str, Any] = {}


class UserStepDecoratorBase(UserDecorator):
    """What decorators of steps have in common."""

    _is_base = True
    _names = STEPS
    # Where on the step's function decorators of this kind are listed.
    _step_field: str | None = None
    _takes_args = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if args and not self._takes_args:
            raise self.error(f"{self} takes keyword arguments only")

    @staticmethod
    def _applies_to(target: Any) -> bool:
        return isinstance(target, types.FunctionType) and hasattr(target, "is_step")

    def __call__(self, step: Any = None) -> Any:
        if not self._applies_to(step):
            raise self.error(
                f"{self} can only stand on a step: @step is right above the function, and this above @step"
            )
        for field in self._fields():
            getattr(step, field).append(self)
        return step

    def _fields(self) -> list[str]:
        fields = [vars(cls).get("_step_field") for cls in type(self).__mro__]
        return list(dict.fromkeys(field for field in fields if field))

    def add_to(self, step: Any, static: bool, duplicates: int, inserted_by: list[str] | None) -> bool:
        """Adds the decorator to a step unless it has one of the same kind, which `duplicates` decides about."""
        from spindle.mutators.mutable import ERROR, OVERRIDE

        fields = self._fields()
        if any(other.decorator_name == self.decorator_name for other in getattr(step, fields[0])):
            if duplicates == ERROR and static:
                raise DuplicateStepDecoratorException(self.decorator_name, step)
            if duplicates != OVERRIDE:
                return False
            for field in fields:
                kept = [one for one in getattr(step, field) if one.decorator_name != self.decorator_name]
                setattr(step, field, kept)
        self.statically_defined, self.inserted_by = static, inserted_by
        self(step)
        return True


class StepMutator(UserStepDecoratorBase):
    """Written above a step, changes its decorators: `pre_mutate` when the configs have been read, `mutate` when the
    command line has been read too.
    """

    _is_base = True
    _step_field = "config_decorators"

    def pre_mutate(self, mutable_step: MutableStep) -> None:
        """Changes the step; the configs have their values."""

    def mutate(self, mutable_step: MutableStep) -> None:
        """Changes the step, when decorators given on the command line are there too."""

    def add_to_package(self) -> Iterable[Any]:
        """Further files for the code package."""
        return []


class UserStepDecorator(UserStepDecoratorBase):
    """Written above a step, does something before and after its body."""

    _is_base = True
    _step_field = "wrappers"
    _takes_args = False
    # Set to True the step is skipped; a dictionary has arguments for self.next.
    skip_step: bool | dict[str, Any] = False

    def pre_step(self, step_name: str, flow: Any, inputs: Any = None) -> Callable[..., Any] | None:
        """Before the body. A function that is returned is called in its place."""
        return None

    def post_step(self, step_name: str, flow: Any, exception: Exception | None = None) -> Any:
        """After the body, with what it raised. Returns None, the exception to raise, or a tuple of that and arguments
        for self.next. With None what was raised is forgotten.
        """
        return exception, self.skip_step or None


class GeneratorDecorator(UserStepDecorator):
    """A decorator made of a generator function."""

    _is_base = True
    _function: Any
    _arity = 3

    def init(self, *args: Any, **kwargs: Any) -> None:
        self._attributes = kwargs

    def _has_init(self) -> bool:
        return True

    def pre_step(self, step_name: str, flow: Any, inputs: Any = None) -> Any:
        arguments = (step_name, flow, inputs, self._attributes)
        self._generator = type(self)._function(*arguments[: self._arity])
        yielded = self._generator.send(None)
        if isinstance(yielded, dict):
            self.skip_step = yielded or True
            return None
        return yielded

    def post_step(self, step_name: str, flow: Any, exception: Exception | None = None) -> Any:
        try:
            if exception is not None:
                self._generator.throw(exception)
            else:
                self._generator.send(None)
        except StopIteration as e:
            return e.value
        except Exception as e:
            return e
        raise SecondYield(f"{self} yields more than once")


class SecondYield(DecoratorError):
    """A generator goes on after the step's body has been run."""


def user_step_decorator(*args: Any, **kwargs: Any) -> Any:
    """Makes a decorator of steps of a generator function `f(step_name, flow, inputs)` or `f(step_name, flow, inputs,
    attributes)`: what stands before `yield` comes before the step's body, the rest after it.

    What is yielded takes the place of the body: a function, or a dictionary of arguments for self.next, empty for those
    of the step (USER_SKIP_STEP).
    """
    if not args:
        return lambda function: user_step_decorator(function, **kwargs)
    function = args[0]
    if not isinstance(function, types.FunctionType) or not function.__code__.co_flags & 0x20:
        raise DecoratorError("@user_step_decorator can only stand on a generator function")
    code = function.__code__
    arity = code.co_argcount + code.co_kwonlyargcount
    if arity not in ((4,) if kwargs else (3, 4)):
        raise DecoratorError(
            f"@user_step_decorator: {function.__name__} must take step_name, flow, inputs and, if there are arguments, "
            "attributes"
        )
    namespace = {
        "_decorator_name": f"{function.__module__}.{function.__name__}",
        "_function": staticmethod(function),
        "_arity": arity,
        "__doc__": function.__doc__,
        "__module__": function.__module__,
    }
    made: Any = Applied("UserStepDecorator", (GeneratorDecorator,), namespace)
    return made


for _class in (StepMutator, UserStepDecorator, UserStepDecoratorBase):
    _class.__module__ = "metaflow.user_decorators.user_step_decorator"
