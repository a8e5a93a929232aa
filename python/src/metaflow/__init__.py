"""`metaflow` in a process with Spindle: the same objects as in `spindle`, under the names flows already import."""

from __future__ import annotations

import spindle
from spindle.alias import install as _install

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from spindle import *  # noqa: F403

# The version of Metaflow whose behaviour this package follows.
__version__ = "2.19.38"
__all__ = spindle.__all__

_install()


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(f"module 'metaflow' has no attribute {name!r}")
    return getattr(spindle, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *dir(spindle)})
