"""A process that outlives the kernel by a moment, to end all that cells have started.

The kernel holds the other end of the lifeline. When that is closed, because the kernel says so or because it was
killed, the watchman kills the process group of Python. It works while Python is stuck in a C function, stopped, or
dead.
"""

from __future__ import annotations

import os
import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def post(lifeline: int, others: Sequence[int]) -> None:
    """Starts the watchman."""
    group = os.getpgrp()
    pid = os.fork()
    if pid:
        os.close(lifeline)
        for fd in others:
            os.set_inheritable(fd, False)
        # The middle process ends at once, so that no cell that waits for children sees one it does not know.
        os.waitpid(pid, 0)
        return
    try:
        os.setsid()
        if os.fork():
            os._exit(0)
        null = os.open(os.devnull, os.O_RDWR)
        for fd in (0, 1, 2):
            os.dup2(null, fd)
        os.close(null)
        for fd in others:
            os.close(fd)
        while os.read(lifeline, 1):
            pass
        if group > 1:
            os.killpg(group, signal.SIGKILL)
    except OSError:
        pass
    finally:
        os._exit(0)
