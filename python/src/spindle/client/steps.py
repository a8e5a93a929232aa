"""Steps of a run."""

from __future__ import annotations

from spindle.client.base import MetaflowObject
from spindle.client.tasks import Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import Any

_CONTROL = "control_task"


class Step(MetaflowObject):
    """A step of one run: it has the tasks that executed it."""

    _DEPTH = 3
    _EXAMPLE = "Step('Flow/run/step')"
    _CHILD = Task

    @property
    def task(self) -> Task | None:
        """The newest task, which is the only one outside of a foreach; None before there is one."""
        return next(iter(self), None)

    def tasks(self, *tags: str) -> Iterator[Task]:
        """All tasks; with tags, those that have all of them."""
        return self._filtered_children(*tags)

    @property
    def control_task(self) -> Task | None:
        """The task that starts the others of a @parallel step."""
        return next(self.control_tasks(), None)

    def control_tasks(self, *tags: str) -> Iterator[Task]:
        """The tasks that start the others of a @parallel step."""
        for task in self.tasks(*tags):
            facts = ((entry.name, entry.value) for entry in task.metadata)
            if _CONTROL in task.tags or ("internal_task_type", _CONTROL) in facts:
                yield task

    @property
    def finished_at(self) -> datetime | None:
        """When the last task ended; None while one has not."""
        latest = None
        for task in self:
            ended = task.finished_at
            if ended is None:
                return None
            latest = ended if latest is None or ended > latest else latest
        return latest

    @property
    def environment_info(self) -> dict[str, Any] | None:
        """As of one of the tasks."""
        task = self.task
        return task.environment_info if task else None

    @property
    def parent_steps(self) -> Iterator[Step]:
        """The steps that lead here, by the flow's graph."""
        graph = self._graph()
        if self.id != graph.get("start_step", "start"):
            for name, node in graph["steps"].items():
                if self.id in node["next"]:
                    yield self._sibling(name)

    @property
    def child_steps(self) -> Iterator[Step]:
        """The steps this one leads to, by the flow's graph."""
        graph = self._graph()
        if self.id != graph.get("end_step", "end"):
            for name in graph["steps"][self.id]["next"]:
                yield self._sibling(name)

    def _graph(self) -> dict[str, Any]:
        task = self.task
        if task is None:
            raise KeyError("_graph_info")
        graph: dict[str, Any] = task["_graph_info"].data
        return graph

    def _sibling(self, name: str) -> Step:
        flow, run, _ = self.path_components
        return Step(f"{flow}/{run}/{name}", _namespace_check=False)
