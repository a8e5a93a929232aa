"""Whether tasks may be forked from the process that imported the flow.

Not while other threads run, whose locks a child would find taken for ever; and not when the import left something open
that several processes can not use at once: a connection, or a file with one position for all.
"""

from __future__ import annotations

import os
import stat
import sys

from spindle.worker.main import can_fork

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def fork_hazard(open_before: frozenset[int]) -> str:
    """Why tasks can not be forked from this process, or an empty text. What was open before does not count."""
    if not can_fork():
        return f"tasks can not be forked on {sys.platform}"
    return _python_thread() or _native_threads() or _open_file(open_before) or _device()


def open_descriptors() -> frozenset[int]:
    """The descriptors of this process, where the system tells."""
    try:
        listed = [int(name) for name in os.listdir("/proc/self/fd")]
    except OSError:
        return frozenset()
    return frozenset(fd for fd in listed if _is_open(fd))  # the one that listed them is closed again


def _is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


def _python_thread() -> str:
    threading = sys.modules.get("threading")
    if threading is not None:
        for thread in threading.enumerate():
            if thread is not threading.main_thread():
                return f"importing the flow started the thread {thread.name!r}"
    return ""


def _native_threads() -> str:
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


def _open_file(open_before: frozenset[int]) -> str:
    for path, mode, flags in _opened(open_before):
        if stat.S_ISSOCK(mode):
            return "importing the flow left a connection open, which tasks can not share"
        if stat.S_ISREG(mode) and not flags & os.O_APPEND:
            return f"importing the flow left the file {path!r} open, whose position tasks would share"
    return ""


def _opened(open_before: frozenset[int]) -> Iterator[tuple[str, int, int]]:
    """Path, mode and flags of what has been opened since."""
    import fcntl

    for fd in sorted(open_descriptors() - open_before):
        try:
            yield os.readlink(f"/proc/self/fd/{fd}"), os.fstat(fd).st_mode, fcntl.fcntl(fd, fcntl.F_GETFL)
        except OSError:
            continue  # the descriptor with which they were listed


def _device() -> str:
    torch = sys.modules.get("torch")
    initialized = getattr(getattr(torch, "cuda", None), "is_initialized", None)
    return "importing the flow initialized CUDA, which does not survive a fork" if initialized and initialized() else ""
