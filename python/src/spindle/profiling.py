"""profile: how long a stretch of code takes."""

from __future__ import annotations

import time
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def profile(label: str, stats_dict: dict[str, int] | None = None) -> Iterator[None]:
    """Times the block in milliseconds: adds them up under the label in the dictionary, or prints them."""
    if stats_dict is None:
        print(f"PROFILE: {label} starting")
    begin = time.time()
    yield
    took = int((time.time() - begin) * 1000)
    if stats_dict is None:
        print(f"PROFILE: {label} completed in {took}ms")
    else:
        stats_dict[label] = stats_dict.get(label, 0) + took
