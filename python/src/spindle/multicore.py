"""parallel_map: a function over many items, each call in a process of its own.

Unlike multiprocessing's pools it takes any function, closures and lambdas too, since a forked child has it already;
only results are pickled.
"""

from __future__ import annotations

import os
import pickle
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, NoReturn, TypeVar

    A = TypeVar("A")
    R = TypeVar("R")


class MulticoreException(Exception):
    """A call failed; its process has printed why."""


MulticoreException.__module__ = "metaflow.multicore_utils"


def parallel_map(
    func: Callable[[A], R], iterable: Iterable[A], max_parallel: int | None = None, dir: str | None = None
) -> list[R]:
    """The results for all items, in their order."""
    found = dict(
        parallel_imap_unordered(
            lambda numbered: (numbered[0], func(numbered[1])), enumerate(iterable), max_parallel, dir
        )
    )
    return [found[index] for index in range(len(found))]


def parallel_imap_unordered(
    func: Callable[[A], R], iterable: Iterable[A], max_parallel: int | None = None, dir: str | None = None
) -> Iterator[R]:
    """The results as they come in. At most `max_parallel` calls run at once, by default one per processor; `dir` takes
    the results' files.
    """
    items = iter(iterable)
    limit = max_parallel or os.cpu_count() or 1
    running: dict[int, str] = {}
    try:
        while True:
            while len(running) < limit:
                try:
                    item = next(items)
                except StopIteration:
                    break
                pid, path = _spawn(func, item, dir)
                running[pid] = path
            if not running:
                return
            pid = _wait_any(running)
            path = running.pop(pid)
            with open(path, "rb") as file:
                result = pickle.load(file)
            os.unlink(path)
            yield result
    finally:
        for pid, path in running.items():
            _abandon(pid, path)


def _spawn(func: Callable[[Any], Any], item: Any, folder: str | None) -> tuple[int, str]:
    import tempfile

    fd, path = tempfile.mkstemp(prefix="parallel_map_", dir=folder)
    os.close(fd)
    # Else the child would print what the parent has not yet.
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        _work(func, item, path)
    return pid, path


def _work(func: Callable[[Any], Any], item: Any, path: str) -> NoReturn:
    code = 1
    try:
        with open(path, "wb") as file:
            pickle.dump(func(item), file, protocol=pickle.HIGHEST_PROTOCOL)
        code = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _wait_any(running: dict[int, str]) -> int:
    """Waits for one of the processes; children that are not ours stay to be waited for by whoever started them."""
    import time

    pause = 0.0005
    while True:
        for pid in list(running):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                if status:
                    os.unlink(running.pop(pid))
                    raise MulticoreException("a call of parallel_map failed")
                return pid
        time.sleep(pause)
        pause = min(pause * 2, 0.05)


def _abandon(pid: int, path: str) -> None:
    import signal

    try:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.unlink(path)
    except OSError:
        pass
