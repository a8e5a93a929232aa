"""The process that has imported the libraries of a flow and nothing of the project's."""

from __future__ import annotations

import importlib
import os
import sys

from spindle.worker import ending
from spindle.worker.hazards import fork_hazard, open_descriptors
from spindle.worker.module import Loader
from spindle.worker.warm import wire
from spindle.worker.warm.template import Waiting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def become(link: int, libraries: list[str]) -> NoReturn:
    """Imports what can be imported, says what there is, and waits. A process that can't be forked ends."""
    code = 1
    try:
        waiting = Waiting(link, Loader())
        opened = open_descriptors()
        loader = waiting.loader
        loader.randomness.watch()
        loader.exits.watch()
        try:
            for name in libraries:
                if name not in sys.modules:
                    try:
                        importlib.import_module(name)
                    except BaseException:  # one that another has made, or that only works after another
                        sys.modules.pop(name, None)
        finally:
            loader.exits.unwatch()
            loader.randomness.unwatch()
        import spindle.worker.task  # noqa: F401

        if not fork_hazard(opened):
            names = sorted({name.partition(".")[0] for name in sys.modules})
            wire.send(waiting.link, {"type": "ready", "names": names})
            waiting.loop()
    except OSError:
        pass  # the keeper is gone
    finally:
        os.chdir("/")
        ending.leave(code, user_handlers=False)
