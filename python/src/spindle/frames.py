"""ForeachFrame, one level of a foreach stack.

Pickles refer to it as `__main__.ForeachFrame`, a name fixed by Metaflow's stores, so it must stand in `__main__` of
every process that reads or writes one.
"""

from __future__ import annotations

import sys
from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import NamedTuple

    class ForeachFrame(NamedTuple):
        """The step that was entered, the artifact that was split, into how many, which of them this is, and its value
        as a short text.
        """

        step: str | None = None
        var: str | None = None
        num_splits: int | None = None
        index: int | None = None  # type: ignore[assignment]
        value: str | None = None

else:
    ForeachFrame = namedtuple(
        "ForeachFrame", "step var num_splits index value", defaults=(None,) * 5, module="__main__"
    )


def place_in(main: ModuleType) -> None:
    """Makes the class importable as a member of the module that is, or will be, `__main__`."""
    main.ForeachFrame = ForeachFrame  # type: ignore[attr-defined]


place_in(sys.modules["__main__"])
