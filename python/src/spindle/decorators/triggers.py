"""@schedule, @trigger, @trigger_on_finish: what starts a deployed flow. Locally they are recorded, and `--trigger`
stands in for an event.
"""

from __future__ import annotations

import re

from spindle.decorators.base import FlowDecorator

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from spindle.flowspec import FlowSpec
    from spindle.worker.preparing import Prepared


class ScheduleDecorator(FlowDecorator):
    """Runs the deployed flow at fixed times: `cron`, or one of `weekly`, `hourly`, `daily`, in that order of
    precedence.
    """

    name = "schedule"
    defaults = {"cron": None, "weekly": False, "daily": True, "hourly": False, "timezone": None}


class TriggerDecorator(FlowDecorator):
    """Starts the deployed flow on an `event`, or on all of several `events`."""

    name = "trigger"
    defaults = {"event": None, "events": [], "options": {}}

    def prepare(self, flow: FlowSpec, prepared: Prepared, options: dict[str, Any]) -> None:
        event, events = self.attributes["event"], self.attributes["events"]
        if event and events:
            raise self.error("@trigger: give either event or events, not both")
        if not event and not events:
            raise self.error("@trigger: give an event")
        if events and not (isinstance(events, (list, tuple)) or callable(events)):
            raise self.error("@trigger: events must be a list")
        all_events = [event] if event else list(events) if isinstance(events, (list, tuple)) else []
        names = [self._name(one) for one in all_events]
        fixed = [name for name in names if name is not None]
        if len(fixed) != len(set(fixed)):
            raise self.error("@trigger names an event twice")

    def _name(self, event: Any) -> str | None:
        """The name of an event; None when a function will tell."""
        if isinstance(event, str):
            return event
        if isinstance(event, dict):
            if "name" not in event:
                raise self.error("@trigger: an event given as a dictionary needs a name")
            return None if callable(event["name"]) else str(event["name"])
        if callable(event):
            return None
        raise self.error(f"@trigger: an event is a name or a dictionary with one, not {event!r}")


class TriggerOnFinishDecorator(FlowDecorator):
    """Starts the deployed flow when a run of the `flow`, or of each of the `flows`, has finished."""

    name = "trigger_on_finish"
    defaults = {"flow": None, "flows": [], "options": {}}

    def prepare(self, flow: FlowSpec, prepared: Prepared, options: dict[str, Any]) -> None:
        one, several = self.attributes["flow"], self.attributes["flows"]
        if one and several:
            raise self.error("@trigger_on_finish: give either flow or flows, not both")
        if not one and not several:
            raise self.error("@trigger_on_finish: give a flow")
        if several and not (isinstance(several, (list, tuple)) or callable(several)):
            raise self.error("@trigger_on_finish: flows must be a list")
        for upstream in [one] if one else several if isinstance(several, (list, tuple)) else []:
            self._check(upstream)
        for run in options.get("trigger") or []:
            if str(run).count("/") != 1:
                raise self.error(f"--trigger takes the pathspec of a run, flow/run, not {run!r}")

    def _check(self, upstream: Any) -> None:
        if callable(upstream):
            return
        if isinstance(upstream, dict):
            if not isinstance(upstream.get("name"), str) or "." in upstream["name"]:
                raise self.error("@trigger_on_finish: a flow given as a dictionary needs a name without dots")
            name = upstream["name"]
        elif isinstance(upstream, str):
            if upstream.count(".") == 1:
                raise self.error(f"@trigger_on_finish: {upstream!r} is neither a flow's name nor project.branch.flow")
            name = upstream.rpartition(".")[2]
        else:
            raise self.error(f"@trigger_on_finish: a flow is a name or a dictionary with one, not {upstream!r}")
        if not re.fullmatch("[A-Za-z0-9_]+", name):
            raise self.error(f"@trigger_on_finish: {name!r} is no name of a flow")
