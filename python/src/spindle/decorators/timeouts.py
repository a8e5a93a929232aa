"""@timeout: a step that takes too long raises."""

from __future__ import annotations

import signal
import sys

from spindle.decorators.base import StepDecorator
from spindle.exception import MetaflowException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from spindle.worker.preparing import Prepared
    from spindle.worker.task import Running


class TimeoutException(MetaflowException):
    """Raised in the step's body when its time is over."""

    headline = "@timeout"


TimeoutException.__module__ = "metaflow.plugins.timeout_decorator"


class TimeoutDecorator(StepDecorator):
    """Limits the time an attempt of the step may take: the sum of `seconds`, `minutes` and `hours`."""

    name = "timeout"
    defaults = {"seconds": 0, "minutes": 0, "hours": 0}

    def prepare(self, step: Any, prepared: Prepared) -> None:
        try:
            total = self.total()
        except (TypeError, ValueError):
            raise self.error(
                f"@timeout: seconds, minutes and hours must be numbers, but are {self.attributes}"
            ) from None
        if total <= 0:
            raise self.error("@timeout needs a duration: give seconds, minutes or hours")

    def total(self) -> int:
        """The limit in seconds."""
        return (
            int(self.attributes["hours"]) * 3600
            + int(self.attributes["minutes"]) * 60
            + int(self.attributes["seconds"])
        )

    def pre_step(self, running: Running) -> None:
        if running.fallback:
            return

        def ring(signum: int, frame: Any) -> NoReturn:
            self._ring(running.step, frame)

        signal.signal(signal.SIGALRM, ring)
        signal.alarm(self.total())

    def ended(self, running: Running) -> None:
        signal.alarm(0)

    def _ring(self, step: str, frame: Any) -> NoReturn:
        import traceback
        from datetime import datetime

        from spindle.worker.faults import is_library

        message = "Step {} timed out after {hours} hours, {minutes} minutes, {seconds} seconds".format(
            step, **self.attributes
        )
        stack = traceback.extract_stack(frame)
        while len(stack) > 1 and is_library(stack[0].filename):
            del stack[0]  # what started the task, down to the user's code
        lines = [">  " + line for entry in traceback.format_list(stack) for line in entry.splitlines()]
        sys.stdout.write(f"{datetime.now():%Y-%m-%d %H:%M:%S.%f}"[:-3] + f" {message}\n")
        raise TimeoutException("\n".join([message, "Stack when the timeout was raised:", *lines]))
