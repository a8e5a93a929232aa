"""Whether a process may be forked: not while other threads run, whose locks a child would find taken for ever."""

from __future__ import annotations

import os
import sys

from spindle.worker.main import can_fork


def fork_hazard() -> str:
    """Why tasks can not be forked from this process, or an empty text."""
    if not can_fork():
        return f"tasks can not be forked on {sys.platform}"
    threading = sys.modules.get("threading")
    if threading is not None:
        others = [t for t in threading.enumerate() if t is not threading.main_thread()]
        if others:
            return f"importing the flow started the thread {others[0].name!r}"
    if native_threads() <= 1:
        return ""
    # Libraries such as OpenBLAS stop their threads when the process forks and start them again at need. A fork tells.
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    left = native_threads()
    return f"importing the flow started {left - 1} native threads that do not stop for a fork" if left > 1 else ""


def native_threads() -> int:
    """The number of threads of this process as the system counts them, 1 where it does not tell."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return 1
