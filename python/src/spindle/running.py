"""`current`: what a step can ask about the task it runs in."""

from __future__ import annotations

import os
from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NamedTuple

    from spindle.cards import CardCollector
    from spindle.client import Run, Task
    from spindle.events import Trigger

    class Parallel(NamedTuple):
        """The place of a task among the nodes of a @parallel step."""

        main_ip: str
        num_nodes: int
        node_index: int
        control_task_id: str | None

else:
    Parallel = namedtuple("Parallel", "main_ip num_nodes node_index control_task_id")

Parallel.__module__ = "metaflow.metaflow_current"

# Fields a decorator or the engine may set; without them they are None.
_OPTIONAL = frozenset(
    [
        "branch_name",
        "graph",
        "graph_info",
        "is_production",
        "is_user_branch",
        "parameter_names",
        "project_flow_name",
        "project_name",
        "spot_termination_notice",
    ]
)


class Current:
    """The running task, or nothing: outside of a flow every field is None and `is_running_flow` is False."""

    def __init__(self) -> None:
        self._fields: dict[str, Any] = {}
        self._flow: Any = None

    def _enter(self, flow: Any, fields: dict[str, Any]) -> None:
        """Called by the worker when a task begins."""
        self._flow = flow
        self._fields = fields

    def _update(self, **fields: Any) -> None:
        self._fields.update(fields)

    def __contains__(self, key: str) -> bool:
        return getattr(self, key, None) is not None

    def get(self, key: str, default: Any = None) -> Any:
        """The field of that name, or the default."""
        return getattr(self, key, default)

    @property
    def is_running_flow(self) -> bool:
        """Whether a step of a flow is running."""
        return bool(self._fields)

    @property
    def flow_name(self) -> str | None:
        return self._fields.get("flow_name")

    @property
    def run_id(self) -> str | None:
        return self._fields.get("run_id")

    @property
    def step_name(self) -> str | None:
        return self._fields.get("step_name")

    @property
    def task_id(self) -> str | None:
        return self._fields.get("task_id")

    @property
    def retry_count(self) -> int:
        """Which attempt this is, from 0."""
        return self._fields.get("retry_count")  # type: ignore[return-value]

    @property
    def origin_run_id(self) -> str | None:
        """The run that was resumed, None in an ordinary run."""
        return self._fields.get("origin_run_id")

    @property
    def pathspec(self) -> str | None:
        """Flow/run/step/task."""
        parts = (self.flow_name, self.run_id, self.step_name, self.task_id)
        return None if None in parts else "/".join(str(part) for part in parts)

    @property
    def task(self) -> Task | None:
        """The client's object of the running task."""
        if self.pathspec is None:
            return None
        from spindle.client import Task

        return Task(self.pathspec, _namespace_check=False)

    @property
    def run(self) -> Run | None:
        """The client's object of the running run."""
        if self.pathspec is None:
            return None
        from spindle.client import Run

        return Run(f"{self.flow_name}/{self.run_id}", _namespace_check=False)

    @property
    def namespace(self) -> str | None:
        return self._fields.get("namespace")

    @property
    def username(self) -> str | None:
        return self._fields.get("username")

    @property
    def tags(self) -> Any:
        return self._fields.get("tags")

    @property
    def tempdir(self) -> str | None:
        """A folder for the task's temporary files."""
        return self._fields.get("tempdir") or os.environ.get("METAFLOW_TEMPDIR", ".")

    @property
    def parallel(self) -> Parallel:
        """The place among the nodes of a @parallel step, as its environment says."""
        return Parallel(
            os.environ.get("MF_PARALLEL_MAIN_IP", "127.0.0.1"),
            int(os.environ.get("MF_PARALLEL_NUM_NODES", "1")),
            int(os.environ.get("MF_PARALLEL_NODE_INDEX", "0")),
            os.environ.get("MF_PARALLEL_CONTROL_TASK_ID"),
        )

    @property
    def is_parallel(self) -> bool:
        return bool(self._fields.get("is_parallel"))

    @property
    def card(self) -> CardCollector:
        """Takes the components of the task's cards, which Spindle does not draw yet."""
        collector = self._fields.get("card")
        if collector is None:
            from spindle.cards import CardCollector

            collector = self._fields["card"] = CardCollector()
        return collector

    @property
    def trigger(self) -> Trigger | None:
        """The runs that triggered this one, None when nothing did."""
        runs = self._fields.get("trigger_runs")
        if not runs:
            return None
        if "trigger" not in self._fields:
            from spindle.events import Trigger

            self._fields["trigger"] = Trigger.from_pathspecs(runs)
        return self._fields["trigger"]  # type: ignore[no-any-return]

    def __getattr__(self, name: str) -> Any:
        if name in ("graph", "graph_info"):
            return self._flow._graph_info if self._flow is not None else None
        if name in _OPTIONAL:
            return self._fields.get(name)
        raise AttributeError(f"current has no attribute {name!r}")


current = Current()
