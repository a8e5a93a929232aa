"""Flows, and the list of all of them."""

from __future__ import annotations

from spindle.client.base import MetaflowObject
from spindle.client.calls import call
from spindle.client.runs import Run
from spindle.client.scope import get_namespace
from spindle.exception import MetaflowNamespaceMismatch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Flow(MetaflowObject):
    """All runs of one flow."""

    _DEPTH = 1
    _EXAMPLE = "Flow('Name')"
    _CHILD = Run

    def _is_in_namespace(self, namespace: str | None) -> bool:
        # A flow has no tags: it is where its runs are.
        return namespace is None or bool(call("children", pathspec=self.pathspec, namespace=namespace))

    @property
    def origin_pathspec(self) -> str | None:
        """A flow has no origin."""
        return None

    @property
    def latest_run(self) -> Run | None:
        """The newest run, whether it has ended or not."""
        return self._latest(successful=False)

    @property
    def latest_successful_run(self) -> Run | None:
        """The newest run whose last step succeeded."""
        return self._latest(successful=True)

    def _latest(self, successful: bool) -> Run | None:
        found = call("latest", flow=self.id, namespace=self._current_namespace, successful=successful)
        return self._child(found) if found else None

    def runs(self, *tags: str) -> Iterator[Run]:
        """All runs, newest first; with tags, those that have all of them."""
        return self._filtered_children(*tags)


class Metaflow:
    """All flows that have a run in the current namespace."""

    @property
    def flows(self) -> list[Flow]:
        """The flows as a list."""
        return list(self)

    def __iter__(self) -> Iterator[Flow]:
        for found in call("children", pathspec="", namespace=get_namespace()):
            try:
                yield Flow(_object=found)
            except MetaflowNamespaceMismatch:
                continue

    def __getitem__(self, name: str) -> Flow:
        return Flow(name)

    def __repr__(self) -> str:
        return "Metaflow()"

    def _ipython_key_completions_(self) -> list[str]:
        return [flow.id for flow in self]
