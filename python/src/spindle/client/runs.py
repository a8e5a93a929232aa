"""Runs of a flow."""

from __future__ import annotations

import json

from spindle.client.base import MetaflowObject
from spindle.client.calls import call
from spindle.client.steps import Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from spindle.client.artifacts import MetaflowData
    from spindle.client.code import MetaflowCode
    from spindle.client.tasks import Task
    from spindle.events import Trigger


class Run(MetaflowObject):
    """One execution of a flow. How it stands is told by its last step."""

    _DEPTH = 2
    _EXAMPLE = "Run('Flow/run')"
    _CHILD = Step

    def _shows(self, child: str) -> bool:
        return not child.startswith("_")

    def steps(self, *tags: str) -> Iterator[Step]:
        """All steps that were begun; with tags, those that have all of them."""
        return self._filtered_children(*tags)

    @property
    def end_task(self) -> Task | None:
        """The task of the last step, None before it is begun."""
        try:
            step = self[self._ends()[1]]
        except KeyError:
            return None
        task: Task | None = step.task
        return task

    def _ends(self) -> tuple[str, str]:
        """Names of the first and the last step.

        A run that was resumed by Metaflow has no metadata on that, so the graph is asked, too.
        """
        found: dict[str, str] = {}
        try:
            task = self["_parameters"].task
            if task is not None:
                found = task.metadata_dict
                if "end_step" not in found:
                    found = task["_graph_info"].data
        except KeyError:
            pass  # a run of an old version, or one that has only begun
        return found.get("start_step", "start"), found.get("end_step", "end")

    @property
    def data(self) -> MetaflowData | None:
        """The values of the last step, None before it is begun."""
        end = self.end_task
        return end.data if end else None

    @property
    def successful(self) -> bool:
        """Whether the last step ran to its end without an exception."""
        end = self.end_task
        return end.successful if end else False

    @property
    def finished(self) -> bool:
        """Whether the last step has ended."""
        end = self.end_task
        return end.finished if end else False

    @property
    def finished_at(self) -> datetime | None:
        """When the last step ended, None while it has not."""
        end = self.end_task
        return end.finished_at if end else None

    @property
    def code(self) -> MetaflowCode | None:
        """The code package of the first task that has one."""
        for step in self:
            code = step.task.code if step.task else None
            if code:
                return code  # type: ignore[no-any-return]
        return None

    @property
    def trigger(self) -> Trigger | None:
        """The events that started the run, None when a person did."""
        try:
            task = self[self._ends()[0]].task
        except KeyError:
            return None
        events = task.metadata_dict.get("execution-triggers") if task else None
        if not events:
            return None
        from spindle.events import Trigger

        return Trigger(json.loads(events))

    @property
    def origin_pathspec(self) -> str | None:
        """The run that this one resumed, None for none."""
        for step in self:
            task = step.task
            origin = task.metadata_dict.get("origin-run-id") if task else None
            if origin and origin != "None":
                return f"{self.path_components[0]}/{origin}"
        return None

    def add_tag(self, tag: str | Iterable[str]) -> None:
        """Gives the run a tag. One that it has from the system is left as it is."""
        self.replace_tags([], _several(tag))

    def add_tags(self, tags: Iterable[str]) -> None:
        """Gives the run tags."""
        self.replace_tags([], tags)

    def remove_tag(self, tag: str | Iterable[str]) -> None:
        """Takes a tag from the run; one that it has from the system can't be taken."""
        self.replace_tags(_several(tag), [])

    def remove_tags(self, tags: Iterable[str]) -> None:
        """Takes tags from the run."""
        self.replace_tags(tags, [])

    def replace_tag(self, tag_to_remove: str | Iterable[str], tag_to_add: str | Iterable[str]) -> None:
        """Takes one tag and gives another, at once."""
        self.replace_tags(_several(tag_to_remove), _several(tag_to_add))

    def replace_tags(self, tags_to_remove: Iterable[str], tags_to_add: Iterable[str]) -> None:
        """Takes and gives tags, at once; those to take go first."""
        found = call("tags", pathspec=self.pathspec, add=list(tags_to_add), remove=list(tags_to_remove))
        self._user_tags = frozenset(found["user_tags"])
        self._system_tags = frozenset(found["system_tags"])


def _several(tags: str | Iterable[str]) -> Iterable[str]:
    return [tags] if isinstance(tags, str) else tags
