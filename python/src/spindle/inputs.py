"""What a join step gets: one flow object per branch, bound to that branch's artifacts."""

from __future__ import annotations

from spindle.exception import MetaflowException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, overload

    from spindle.flowspec import FlowSpec


class Inputs:
    """The branches a join closes: `inputs[0].x`, `inputs.step_a.x`, `[i.x for i in inputs]`.

    A branch's object is made when it is first asked for, so that a join of ten thousand tasks holds no more than it
    uses.
    """

    def __init__(self, count: int, make: Callable[[int], FlowSpec], step_of: Callable[[int], str]) -> None:
        self._count = count
        self._make = make
        self._step_of = step_of
        self._made: dict[int, FlowSpec] = {}

    def _at(self, index: int) -> FlowSpec:
        flow = self._made.get(index)
        if flow is None:
            flow = self._made[index] = self._make(index)
        return flow

    @property
    def flows(self) -> list[FlowSpec]:
        """All branches as a list."""
        return [self._at(i) for i in range(self._count)]

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, index: int) -> FlowSpec: ...
        @overload
        def __getitem__(self, index: slice) -> list[FlowSpec]: ...

    def __getitem__(self, index: int | slice) -> FlowSpec | list[FlowSpec]:
        if isinstance(index, slice):
            return [self._at(i) for i in range(self._count)[index]]
        return self._at(range(self._count)[index])

    def __iter__(self) -> Iterator[FlowSpec]:
        for i in range(self._count):
            yield self._at(i)

    def __getattr__(self, step: str) -> Any:
        # The last branch that ended in a step of this name, as several branches of a foreach do.
        if not step.startswith("__"):
            for i in range(self._count - 1, -1, -1):
                if self._step_of(i) == step:
                    return self._at(i)
        raise AttributeError(f"the join has no input from a step {step!r}")

    def __reduce__(self) -> str:
        raise MetaflowException(
            "The inputs of a join can not be stored. Store the attributes you need: *inputs[0].some_name*."
        )


Inputs.__module__ = "metaflow.datastore.inputs"
