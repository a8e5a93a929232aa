"""Foreach inputs whose number of items the scheduler does not know: in core, the nodes of a @parallel step."""

from __future__ import annotations


class UnboundedForeachInput:
    """Marks a value that can be given to foreach without being walked."""


class ParallelUBF(UnboundedForeachInput):
    """Stands for the nodes of `self.next(…, num_parallel=n)`."""

    def __init__(self, num_parallel: int) -> None:
        self.num_parallel = num_parallel

    def __getitem__(self, item: int | None) -> int:
        return item or 0


ParallelUBF.__module__ = "metaflow.flowspec"
UnboundedForeachInput.__module__ = "metaflow.unbounded_foreach"
