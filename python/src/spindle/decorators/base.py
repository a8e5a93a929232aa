"""What all decorators have in common: their attributes, where they were written, and how they come onto a step or a
flow.
"""

from __future__ import annotations

import os
import sys

from spindle.exception import InvalidDecoratorAttribute, MetaflowException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from spindle.flowspec import FlowSpec
    from spindle.worker.preparing import Prepared
    from spindle.worker.task import Running

    StepFunction = Any
    Place = tuple[str, int]

_SDK = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


class DecoratorError(MetaflowException):
    """A decorator is used wrongly."""

    headline = "Invalid decorator"
    kind = "decorator"


class BadStepDecoratorException(DecoratorError):
    """A step decorator stands on something that is no step."""

    headline = "Syntax error"

    def __init__(self, deco: str, func: object) -> None:
        name = getattr(func, "__name__", str(func))
        super().__init__(
            f"@{deco} stands on {name!r}, which is not a step: "
            f"put @step right above the function and @{deco} above @step"
        )


class BadFlowDecoratorException(DecoratorError):
    """A flow decorator stands on something that is no flow."""

    headline = "Syntax error"

    def __init__(self, deconame: str) -> None:
        super().__init__(f"@{deconame} decorates flows: put it above a class derived from FlowSpec")


class UnknownStepDecoratorException(DecoratorError):
    """No step decorator has this name."""

    headline = "Unknown step decorator"


class UnknownFlowDecoratorException(DecoratorError):
    """No flow decorator has this name."""

    headline = "Unknown flow decorator"


class DuplicateStepDecoratorException(DecoratorError):
    """A step has a decorator twice that it can have once."""

    headline = "Duplicate decorators"

    def __init__(self, deco: str, func: Any) -> None:
        super().__init__(f"step {func.__name__!r} has the decorator @{deco} twice; it can be given only once")


class DuplicateFlowDecoratorException(DecoratorError):
    """A flow has a decorator twice that it can have once."""

    headline = "Duplicate decorators"

    def __init__(self, deco: str) -> None:
        super().__init__(f"the flow has the decorator @{deco} twice; it can be given only once")


def written_at() -> tuple[str, int] | None:
    """File and line of the innermost frame outside of the SDK."""
    frame: Any = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_SDK):
        frame = frame.f_back
    return None if frame is None else (frame.f_code.co_filename, frame.f_lineno)


def _line_of(name: str, file: str, line: int) -> int:
    """The line of the decorator itself, where Python tells only that of the function or class below it."""
    import linecache

    for above in range(line, max(line - 30, 0), -1):
        text = linecache.getline(file, above).strip()
        if text.startswith("@") and name in text:
            return above
    return line


class Decorator:
    """A decorator with its attributes: the defaults of its class, and what was given."""

    name = ""
    defaults: dict[str, Any] = {}
    # Whether a step or flow can have several.
    allow_multiple = False

    def __init__(
        self,
        attributes: dict[str, Any] | None = None,
        statically_defined: bool = False,
        inserted_by: list[str] | None = None,
        place: tuple[str, int] | None = None,
    ) -> None:
        self.attributes = dict(self.defaults)
        self.given = dict(attributes or {})
        self.statically_defined = statically_defined
        self.inserted_by = inserted_by
        self.place = place
        for key, value in self.given.items():
            # A config spread over the arguments tells their names only when it has been read.
            if key not in self.defaults and not key.startswith("_unpacked_delayed_"):
                raise self.located(InvalidDecoratorAttribute(self.name, key, self.defaults))
            self.attributes[key] = value

    def settle(self, spread: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        """Puts the values of configs in the place of the expressions that stand for them."""
        try:
            self.given, self.attributes = spread(self.given), spread(self.attributes)
        except MetaflowException as e:
            raise self.located(e) from e.__cause__

    def error(self, problem: str) -> DecoratorError:
        """An error about this decorator that knows its place."""
        error: DecoratorError = self.located(DecoratorError(problem))
        return error

    def located(self, error: Any) -> Any:
        """The error with the decorator's place, unless it has one."""
        if self.place is not None and not error.source_file:
            file, line = self.place
            error.source_file, error.line_no = file, _line_of(self.name, file, line)
        return error

    def warnings(self) -> list[str]:
        """What the user should know about this decorator's effect."""
        return []


class StepDecorator(Decorator):
    """A decorator of steps. The hooks do nothing unless overridden."""

    def prepare(self, step: StepFunction, prepared: Prepared) -> None:
        """Checks the attributes, once the flow is complete."""

    def retries(self) -> tuple[int, int]:
        """Attempts after the first: of the body, and after those of a handler of the failure."""
        return 0, 0

    def pre_step(self, running: Running) -> None:
        """Before the body."""

    def decorate(self, body: Callable[..., Any], running: Running) -> Callable[..., Any]:
        """May replace the body."""
        return body

    def ended(self, running: Running) -> None:
        """Right after the body, however it ended."""

    def post_step(self, running: Running) -> None:
        """After a body that did not raise."""

    def handle(self, error: Exception, running: Running) -> bool:
        """After a body that raised; True when the flow can go on."""
        return False


class FlowDecorator(Decorator):
    """A decorator of flows."""

    def prepare(self, flow: FlowSpec, prepared: Prepared, options: dict[str, Any]) -> None:
        """Checks the attributes and adds to what is known of the flow."""


def on_step(
    cls: type[StepDecorator], args: tuple[Any, ...], attributes: dict[str, Any], place: Place | None = None
) -> Any:
    """Applies a step decorator written as `@d` or `@d(…)`."""
    if not args:
        place = written_at()
        return lambda func: on_step(cls, (func,), attributes, place)
    func = args[0]
    if not hasattr(func, "is_step"):
        raise BadStepDecoratorException(cls.name, func)
    if not cls.allow_multiple and any(other.name == cls.name for other in func.decorators):
        raise DuplicateStepDecoratorException(cls.name, func)
    func.decorators.append(cls(attributes, statically_defined=True, place=place or written_at()))
    return func


def on_flow(
    cls: type[FlowDecorator], args: tuple[Any, ...], attributes: dict[str, Any], place: Place | None = None
) -> Any:
    """Applies a flow decorator written as `@d` or `@d(…)`."""
    from spindle.flowspec import FlowSpec

    if not args:
        place = written_at()
        return lambda flow: on_flow(cls, (flow,), attributes, place)
    flow = args[0]
    if not (isinstance(flow, type) and issubclass(flow, FlowSpec)):
        raise BadFlowDecoratorException(cls.name)
    if not cls.allow_multiple and cls.name in flow_decorators(flow):
        raise DuplicateFlowDecoratorException(cls.name)
    flow._flow_decorators.setdefault(cls.name, []).append(
        cls(attributes, statically_defined=True, place=place or written_at())
    )
    return flow


def flow_decorators(flow: type[FlowSpec]) -> dict[str, list[FlowDecorator]]:
    """The decorators of a flow by name, those of its bases first."""
    found: dict[str, list[FlowDecorator]] = {}
    bases = flow.__mro__[1:]
    for cls in (*bases, flow):
        for name, decorators in vars(cls).get("_flow_decorators", {}).items():
            found.setdefault(name, []).extend(decorators)
    return found
