"""FlowMutator: changes a flow before it runs."""

from __future__ import annotations

from spindle.mutators.base import UserDecorator
from spindle.mutators.names import FLOWS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from spindle.flowspec import FlowSpec
    from spindle.mutators.mutable import MutableFlow


class FlowMutator(UserDecorator):
    """Written above a flow's class, changes the flow: `pre_mutate` when its configs have been read, `mutate` when the
    command line has been read too.
    """

    _is_base = True
    _names = FLOWS
    _flow_cls: type[FlowSpec] | None = None

    @staticmethod
    def _applies_to(target: Any) -> bool:
        from spindle.flowspec import FlowSpec

        return isinstance(target, type) and issubclass(target, FlowSpec)

    def __call__(self, flow: Any = None) -> Any:
        if not self._applies_to(flow):
            raise self.error(f"{self} can only stand on a flow's class, and not on {flow!r:.60}")
        self._flow_cls = flow
        own = flow.__dict__.get("_flow_mutators")
        if own is None:
            own = flow._flow_mutators = []
        own.append(self)
        return flow

    def pre_mutate(self, mutable_flow: MutableFlow) -> None:
        """Changes the flow, its parameters, decorators and steps; the configs have their values."""

    def mutate(self, mutable_flow: MutableFlow) -> None:
        """Changes the flow's steps, when decorators given on the command line are there too."""

    def add_to_package(self) -> Iterable[Any]:
        """Further files for the code package."""
        return []


FlowMutator.__module__ = "metaflow.user_decorators.user_flow_decorator"


def of_flow(cls: type) -> list[FlowMutator]:
    """The mutators of a flow: those of its bases first, each class's from the bottom up."""
    found: list[FlowMutator] = []
    for base in (*cls.__mro__[1:], cls):
        found += vars(base).get("_flow_mutators", [])
    return found
