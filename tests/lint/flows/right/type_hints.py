# Type hints on artifacts, arguments and results.
from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Optional

from metaflow import FlowSpec, step

if TYPE_CHECKING:
    from collections.abc import Sequence


class TypedFlow(FlowSpec):
    @step
    def start(self) -> None:
        self.rows: List[Dict[str, float]] = [{"x": 1.0}, {"x": 2.5}]
        self.best: Optional[float] = None
        self.next(self.score)

    @step
    def score(self: TypedFlow) -> None:
        values: Sequence[float] = [row["x"] for row in self.rows]
        self.best = max(values)
        self.next(self.end)

    @step
    def end(self) -> "None":
        print(self.best)


if __name__ == "__main__":
    TypedFlow()
