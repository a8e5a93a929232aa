"""What triggered a run: events, or other runs."""

from __future__ import annotations

from collections import namedtuple
from datetime import datetime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, NamedTuple

    from spindle.client import Run

    class MetaflowEvent(NamedTuple):
        """An event: its name, its id (of a run its last task), when it happened, and `event` or `run`."""

        name: str
        id: str
        timestamp: Any
        type: str

else:
    MetaflowEvent = namedtuple("MetaflowEvent", "name id timestamp type", module="metaflow.events")


class Trigger:
    """The events a run was started by, the latest first."""

    def __init__(self, _meta: list[dict[str, Any]] | None = None) -> None:
        self._runs: list[Run] | None = None
        self._events = [_event(entry) for entry in sorted(_meta or [], key=_moment, reverse=True)]

    @classmethod
    def from_runs(cls, run_objs: Iterable[Run]) -> Trigger:
        """The trigger that finished runs are."""
        entries: list[dict[str, Any]] = []
        finished: list[Run] = []
        for run in sorted(run_objs, key=lambda one: one.finished_at or datetime.min, reverse=True):
            task = run.end_task
            if task is None:
                continue
            finished.append(run)
            flow, _, step, _ = task.pathspec.split("/")
            # Whoever waits for `end` need not know that the last step has another name.
            for name in dict.fromkeys((step, "end")):
                entry = {
                    "type": "run",
                    "timestamp": run.finished_at,
                    "name": f"metaflow.{flow}.{name}",
                    "id": task.pathspec,
                }
                entries.append(entry)
        trigger = cls(entries)
        trigger._runs = finished
        return trigger

    @classmethod
    def from_pathspecs(cls, pathspecs: Iterable[str]) -> Trigger:
        """The trigger that runs given by flow/run are."""
        from spindle.client import Run

        return cls.from_runs(Run(pathspec, _namespace_check=False) for pathspec in pathspecs)

    @property
    def event(self) -> MetaflowEvent | None:
        """The latest event."""
        return self._events[0] if self._events else None

    @property
    def events(self) -> list[MetaflowEvent] | None:
        """All events, None for none."""
        return list(self._events) or None

    @property
    def run(self) -> Run | None:
        """The latest run among the events."""
        runs = self.runs
        return runs[0] if runs else None

    @property
    def runs(self) -> list[Run] | None:
        """The runs among the events, None for none."""
        if self._runs is None:
            from spindle.client import Run

            pathspecs = dict.fromkeys(
                "/".join(event.id.split("/")[:2]) for event in self._events if event.type == "run"
            )
            self._runs = [Run(pathspec, _namespace_check=False) for pathspec in pathspecs]
        return list(self._runs) or None

    def _by_name(self) -> dict[str, Any]:
        found: dict[str, Any] = {event.name: event for event in reversed(self._events) if event.type != "run"}
        for run in reversed(self.runs or []):
            found[run.pathspec.split("/")[0]] = run
        return found

    def __getitem__(self, key: str) -> Run | MetaflowEvent:
        return self._by_name()[key]  # type: ignore[no-any-return]

    def __iter__(self) -> Iterator[MetaflowEvent]:
        return iter(self._events)

    def __contains__(self, key: object) -> bool:
        return key in self._by_name()


def _event(entry: dict[str, Any]) -> MetaflowEvent:
    timestamp = entry.get("timestamp")
    if isinstance(timestamp, int):
        timestamp = datetime.fromtimestamp(timestamp)
    return MetaflowEvent(entry["name"], entry["id"], timestamp, entry["type"])


def _moment(entry: dict[str, Any]) -> float:
    timestamp = entry.get("timestamp")
    if isinstance(timestamp, datetime):
        return timestamp.timestamp()
    return float(timestamp) if timestamp else float("-inf")


Trigger.__module__ = "metaflow.events"
