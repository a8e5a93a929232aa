"""@exit_hook: functions to run when the run has ended."""

from __future__ import annotations

from spindle.decorators.base import FlowDecorator

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from spindle.flowspec import FlowSpec
    from spindle.worker.preparing import Prepared


class ExitHookDecorator(FlowDecorator):
    """Calls functions when the run ends: `on_success` after a good one, `on_error` after a failure."""

    name = "exit_hook"
    allow_multiple = True
    defaults = {"on_success": [], "on_error": [], "options": {}}

    def prepare(self, flow: FlowSpec, prepared: Prepared, options: dict[str, Any]) -> None:
        if not self.attributes["on_success"] and not self.attributes["on_error"]:
            raise self.error("@exit_hook: give on_success or on_error")
        for when in ("on_success", "on_error"):
            for function in self.attributes[when]:
                prepared.exit_hooks[when].append(self._name(when, function))

    def _name(self, when: str, function: Any) -> str:
        if isinstance(function, str):
            return function
        if callable(function):
            return str(function.__name__)
        raise self.error(f"@exit_hook: {when} takes functions or their names, not {function!r}")
