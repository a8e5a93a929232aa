"""@catch: the run goes on after a step that failed."""

from __future__ import annotations

import sys

from spindle.decorators.base import StepDecorator
from spindle.exception import MetaflowException, MetaflowExceptionWrapper

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

    from spindle.worker.task import Running

# Attempts in which the body is not run any more and only the failure is handled.
FALLBACKS = 3


class FailureHandledByCatch(MetaflowException):
    """Stands for the failure of a task whose process died without an exception."""

    headline = "Task execution failed but @catch handled it"

    def __init__(self, retry_count: int) -> None:
        super().__init__(
            f"The task failed in all of {retry_count} attempts, without an exception from your code: "
            "something around it ended it (memory, a signal, a limit)."
        )


FailureHandledByCatch.__module__ = "metaflow.plugins.catch_decorator"


class CatchDecorator(StepDecorator):
    """Lets the run go on when the step fails after all its retries. `var` names an artifact that takes the exception,
    or None on success.
    """

    name = "catch"
    defaults = {"var": None, "print_exception": True}

    def retries(self) -> tuple[int, int]:
        return 0, FALLBACKS

    def pre_step(self, running: Running) -> None:
        kind = running.message["node"].get("type")
        if kind in ("foreach", "parallel", "switch"):
            raise self.error(
                f"@catch can not be used on step *{running.step}*: "
                f"it is a {kind} split, whose failure leaves nowhere to go"
            )

    def decorate(self, body: Callable[..., Any], running: Running) -> Callable[..., Any]:
        if not running.fallback:
            return body

        def fallback(*_: Any) -> NoReturn:
            raise FailureHandledByCatch(running.attempt)

        return fallback

    def post_step(self, running: Running) -> None:
        self._set(running, None)

    def handle(self, error: Exception, running: Running) -> bool:
        if running.attempt < running.user_retries:
            return False
        from spindle.worker.faults import trimmed_text

        text = trimmed_text(error)
        if self.attributes["print_exception"]:
            lines = [f"@catch caught an exception from {running.flow}", *(">  " + line for line in text.splitlines())]
            sys.stdout.write("\n".join(lines) + "\n")
        # As if the step had called self.next.
        running.flow._transition = (list(running.message["node"].get("next") or []), None)
        wrapped = MetaflowExceptionWrapper(error, text)
        running.flow._catch_exception = wrapped
        self._set(running, wrapped)
        return True

    def _set(self, running: Running, value: MetaflowExceptionWrapper | None) -> None:
        if self.attributes["var"]:
            setattr(running.flow, self.attributes["var"], value)
