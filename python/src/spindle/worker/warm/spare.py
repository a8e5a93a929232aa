"""A process that is forked before it is needed: forking one with large libraries takes longer than a small step.

A flow process has a spare session, and that a spare task. Each waits for the message that says what it is for, and ends
when the other end of its link does.
"""

from __future__ import annotations

import os
import resource
import signal
import socket

from spindle.worker import ending, single
from spindle.worker.channel import Channel
from spindle.worker.warm import wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from spindle.worker.module import Loader
    from spindle.worker.warm.wire import Message


class Spare:
    """A process in waiting, as its parent sees it."""

    def __init__(self, pid: int, watch: int, link: socket.socket) -> None:
        self.pid = pid
        self.watch = watch  # a descriptor that tells when it has ended
        self.link = link

    def give(self, message: Message, fds: list[int]) -> bool:
        """Tells it what it is for; False when it is gone. The descriptors stay the caller's."""
        try:
            wire.send(self.link, message, fds)
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Gives up the parent's descriptors; one that waits still ends by it."""
        self.link.close()
        os.close(self.watch)


def fork(become: Callable[[socket.socket], NoReturn], own: Callable[[], int] = os.fork) -> Spare | None:
    """Forks a process that does what `become` does with its end of the link; None when the system refuses."""
    ours, theirs = wire.links()
    try:
        pid = own()
    except OSError:
        ours.close()
        os.close(theirs)
        return None
    if pid == 0:
        try:
            os.setpgid(0, 0)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            ours.close()
            become(socket.socket(fileno=theirs))
        except BaseException:
            ending.print_last_words()
        ending.leave(1, user_handlers=False)
    os.close(theirs)
    try:
        os.setpgid(pid, pid)
    except OSError:
        pass  # the child has done it
    try:
        return Spare(pid, os.pidfd_open(pid), ours)
    except OSError:
        ours.close()
        return None


def task(
    loader: Loader, surround: Callable[[Message], None], abandon: Callable[[], None] | None = None
) -> Spare | None:
    """Forks a task, which abandons what is its parent's alone."""

    def become(link: socket.socket) -> NoReturn:
        if abandon is not None:
            abandon()
        message, fds = wire.receive(link)
        if message is None:
            os._exit(0)
        channel, stdout, stderr = fds
        os.dup2(stdout, 1)
        os.dup2(stderr, 2)
        wire.close([stdout, stderr])
        surround(message)
        loader.enter_child()
        code = 1
        try:
            code = single.execute(Channel(channel), loader)
        except BaseException:
            ending.print_last_words()
        ending.leave(code, farewell=lambda: _farewell(link, channel, code))

    return fork(become)


def _farewell(link: socket.socket, channel: int, code: int) -> None:
    """Says that the task has ended. All that is left is to give back its memory, which nobody should wait for."""
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (1, 2, channel):
        os.dup2(null, fd)
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    usage = {
        "max_rss_kb": max(own.ru_maxrss, children.ru_maxrss),
        "user_seconds": own.ru_utime + children.ru_utime,
        "system_seconds": own.ru_stime + children.ru_stime,
    }
    wire.send(link, {"type": "exited", "pid": os.getpid(), "code": code, "signal": 0, **usage})
