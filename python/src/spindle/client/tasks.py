"""Tasks: executions of a step."""

from __future__ import annotations

from collections import namedtuple
from datetime import datetime, timezone

from spindle.client.artifacts import DataArtifact, MetaflowData
from spindle.client.base import MetaflowObject
from spindle.client.calls import call
from spindle.client.code import MetaflowCode
from spindle.client.logs import read_log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, NamedTuple

    class Metadata(NamedTuple):
        """A fact that was recorded about a task; created_at is in milliseconds since 1970."""

        name: str
        value: Any
        created_at: int
        type: str
        task: Task

else:
    Metadata = namedtuple("Metadata", "name value created_at type task")


class Task(MetaflowObject):
    """One execution of a step: its artifacts, what it printed, how it ended.

    Of several attempts the last one counts, unless one is named.
    """

    _DEPTH = 4
    _EXAMPLE = "Task('Flow/run/step/task')"
    _HAS_ATTEMPTS = True
    _CHILD = DataArtifact

    def _shows(self, child: str) -> bool:
        return not child.startswith("_")

    def _value(self, name: str, default: Any) -> Any:
        """The value of an artifact, or what to say where the task has none of that name."""
        try:
            return self[name].data
        except KeyError:
            return default

    @property
    def data(self) -> MetaflowData:
        """The task's values: `task.data.x`."""
        return MetaflowData(self)

    @property
    def artifacts(self) -> Any:
        """The task's artifacts as a named tuple: `task.artifacts.x` is a DataArtifact."""
        found = list(self)
        return namedtuple("MetaflowArtifacts", [a.id for a in found])(*found)

    @property
    def successful(self) -> bool:
        """Whether the step ran to its end without an exception."""
        return bool(self._value("_success", False))

    @property
    def finished(self) -> bool:
        """Whether the run can go on from this task: it succeeded, or its exception was caught."""
        return bool(self._value("_task_ok", False))

    @property
    def finished_at(self) -> datetime | None:
        """When the task ended, None while it has not."""
        try:
            ended: datetime = self["_task_ok"].created_at
        except KeyError:
            return None
        return ended

    @property
    def exception(self) -> Any:
        """The exception that ended the step, as stored; None for none."""
        return self._value("_exception", None)

    @property
    def index(self) -> int | None:
        """The index in the innermost foreach, None outside of any."""
        stack = self._value("_foreach_stack", None)
        return stack[-1].index if stack else None

    @property
    def metadata(self) -> list[Metadata]:
        """All facts recorded about the task, oldest first; of a copied task also what only the original has."""
        return [self._entry(entry) for entry in call("metadata", pathspec=self.pathspec, attempt=self._attempt)]

    def _entry(self, entry: dict[str, Any]) -> Metadata:
        return Metadata(entry["name"], entry["value"], int(entry["created_at"]), entry["type"], self)

    @property
    def metadata_dict(self) -> dict[str, Any]:
        """The latest value of each fact."""
        return {entry.name: entry.value for entry in sorted(self.metadata, key=_recorded)}

    @property
    def current_attempt(self) -> int:
        """The attempt this object speaks of: the one it was made with, else the last that was started."""
        if self._attempt is not None:
            return self._attempt
        return int(self.metadata_dict.get("attempt", 0))

    def _origin_id(self) -> str | None:
        origin: str | None = self.metadata_dict.get("origin-task-id")
        return origin

    @property
    def runtime_name(self) -> str | None:
        """What ran the task: `dev` on a person's machine."""
        for tag in self._system_tags:
            if tag.startswith("runtime:"):
                return tag.split(":")[1]
        return None

    @property
    def stdout(self) -> str:
        """What the task printed."""
        return self._log("stdout")

    @property
    def stderr(self) -> str:
        """What the task printed on stderr."""
        return self._log("stderr")

    @property
    def stdout_size(self) -> int:
        """How many bytes the task printed."""
        return self._log_size("stdout")

    @property
    def stderr_size(self) -> int:
        """How many bytes the task printed on stderr."""
        return self._log_size("stderr")

    def _log(self, stream: str) -> str:
        return "".join(f"{line}\n" for _, line in self.loglines(stream))

    def _log_size(self, stream: str) -> int:
        return sum(len(line) + 1 for _, line in self.loglines(stream, as_unicode=False))

    def loglines(
        self, stream: str, as_unicode: bool = True, meta_dict: dict[str, Any] | None = None
    ) -> Iterator[tuple[datetime, Any]]:
        """Time (UTC) and text of each printed line, in order; stream is `stdout` or `stderr`.

        Bytes that are no UTF-8 are shown as `\\xff` in text; as_unicode=False gives the bytes themselves.
        """
        place = call("logs", pathspec=self.pathspec, stream=stream, attempt=self._attempt)
        for microseconds, line in read_log(place):
            at = datetime.fromtimestamp(microseconds / 1e6, timezone.utc).replace(tzinfo=None)
            yield at, line.decode("utf-8", "backslashreplace") if as_unicode else line

    @property
    def parent_task_pathspecs(self) -> Iterator[str]:
        """The tasks whose results this one was given."""
        return iter(call("related", pathspec=self.pathspec, direction="parents"))

    @property
    def child_task_pathspecs(self) -> Iterator[str]:
        """The tasks that were given this one's results."""
        return iter(call("related", pathspec=self.pathspec, direction="children"))

    @property
    def parent_tasks(self) -> Iterator[Task]:
        """The tasks whose results this one was given."""
        return (Task(pathspec, _namespace_check=False) for pathspec in self.parent_task_pathspecs)

    @property
    def child_tasks(self) -> Iterator[Task]:
        """The tasks that were given this one's results."""
        return (Task(pathspec, _namespace_check=False) for pathspec in self.child_task_pathspecs)

    @property
    def code(self) -> MetaflowCode | None:
        """The code package the task ran from, None on a person's machine."""
        package = self.metadata_dict.get("code-package")
        return MetaflowCode(self.path_components[0], package) if package else None

    @property
    def environment_info(self) -> dict[str, Any] | None:
        """What is known of the packages the task ran with; only tasks with a code package have that."""
        return None


def _recorded(entry: Metadata) -> int:
    return entry.created_at
