"""A process that waits to be forked: what the keeper, the base and the flow process have in common."""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys

from spindle.worker import ending
from spindle.worker.channel import Channel
from spindle.worker.main import greet
from spindle.worker.module import Loader
from spindle.worker.warm import spare, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from spindle.worker.warm.wire import Message


# How long a new process leaves the machine to others before it forks in advance, in milliseconds.
_CALM = 50


class Template:
    """Forks sessions, and tells those who asked for them how they ended."""

    def __init__(self, loader: Loader, printed: list[tuple[int, bytes]] | None = None) -> None:
        self.loader = loader
        self.printed = printed or []  # by the flow's import, to be printed in each session
        self.poller = select.poll()
        self.children: dict[int, tuple[int, int]] = {}  # pid by descriptor, and who asked for it
        self.spare: spare.Spare | None = None

    def fork(self) -> int:
        """Forks; the pages stay shared for as long as no collector walks over them."""
        gc.freeze()
        return os.fork()

    def make_spare(self) -> None:
        """Forks the next session in advance."""
        if self.spare is None:
            self.spare = spare.fork(self.enter_spare, self.fork)
            if self.spare is not None:
                self.poller.register(self.spare.watch, select.POLLIN)

    def drop_spare(self) -> None:
        if self.spare is not None:
            self.poller.unregister(self.spare.watch)
            self.spare.close()
            self.spare = None

    def session(self, message: Message, fds: list[int]) -> None:
        """Makes a worker of a fork. The descriptors are who asks, the worker's channel, stdout and stderr, and for one
        that is to leave a flow process behind its link.
        """
        if self.use_spare(message, fds):
            return
        try:
            pid = self.fork()
        except OSError:
            wire.close(fds)  # who asks starts a worker of its own
            return
        if pid == 0:
            self.enter_session(message, fds)
        try:
            os.setpgid(pid, pid)
        except OSError:
            pass  # the child has done it
        wire.close(fds[1:])
        try:
            watch = os.pidfd_open(pid)
            self.poller.register(watch, select.POLLIN)
            self.children[watch] = (pid, fds[0])
            tell(fds[0], {"type": "started", "pid": pid})
        except OSError:
            os.close(fds[0])

    def use_spare(self, message: Message, fds: list[int]) -> bool:
        """Gives the session to the process that waits for one, if there is one."""
        given = self.spare
        if given is None:
            return False
        if not given.give(message, fds):
            os.waitpid(given.pid, 0)
            self.drop_spare()
            return False
        self.spare = None
        self.children[given.watch] = (given.pid, fds[0])
        given.link.close()
        tell(fds[0], {"type": "started", "pid": given.pid})
        wire.close(fds[1:])
        return True

    def reap(self, watch: int) -> None:
        """Tells how a session ended."""
        if self.spare is not None and watch == self.spare.watch:
            os.waitpid(self.spare.pid, 0)
            self.drop_spare()
            return
        pid, asked = self.children.pop(watch)
        self.poller.unregister(watch)
        os.close(watch)
        _, status, usage = os.wait4(pid, 0)
        signaled = os.WIFSIGNALED(status)
        tell(
            asked,
            {
                "type": "exited",
                "code": 0 if signaled else os.WEXITSTATUS(status),
                "signal": os.WTERMSIG(status) if signaled else 0,
                "max_rss_kb": usage.ru_maxrss,
            },
        )
        os.close(asked)

    def ahead(self, message: Message, link: int) -> None:
        """Makes a process of a fork that executes a flow's file up to its class. The keeper buries it."""
        pid = self.fork()
        if pid == 0:
            if os.fork() != 0:
                os._exit(0)
            self.abandon()
            self.loader.exits.enter_child()
            from spindle.worker.warm import begun

            begun.become(link, message, self.loader)
        os.close(link)
        os.waitpid(pid, 0)

    def abandon(self) -> None:
        """In a child: gives up what is the template's."""
        for watch, (_, asked) in self.children.items():
            os.close(watch)
            os.close(asked)
        self.children.clear()
        if self.spare is not None:
            self.spare.close()
            self.spare = None

    def enter_session(self, message: Message, fds: list[int]) -> NoReturn:
        """In the child: becomes the worker."""
        try:
            os.setpgid(0, 0)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            self.abandon()
            self.serve_session(message, fds, None)
        except BaseException:
            ending.print_last_words()
        ending.leave(1, user_handlers=False)

    def enter_spare(self, link: socket.socket) -> NoReturn:
        """In a child that is made in advance: waits for its session, with a task in waiting of its own."""
        self.abandon()
        task = spare.task(self.loader, surround) if self.loader.flow is not None else None
        message, fds = wire.receive(link)
        if message is None:
            os._exit(0)
        link.close()
        self.serve_session(message, fds, task)

    def serve_session(self, message: Message, fds: list[int], task: spare.Spare | None) -> NoReturn:
        """Is the worker from now on."""
        asked, control, stdout, stderr, *link = fds
        os.close(asked)
        os.dup2(stdout, 1)
        os.dup2(stderr, 2)
        wire.close([stdout, stderr])
        surround(message)
        # What the libraries of the template want removed at exit is the template's.
        self.loader.exits.enter_child()
        if self.loader.flow is None and self.loader.begun is None:
            put_folder_first(message["cwd"])
        from spindle.worker import server
        from spindle.worker.warm.session import WarmServer

        leave = link[0] if link else None
        around = surroundings(message)
        server.run(WarmServer(greet(Channel(control)), self.loader, self.printed, leave, around, task))


class Waiting(Template):
    """A template that the keeper commands over a link."""

    def __init__(self, link: int, loader: Loader, printed: list[tuple[int, bytes]] | None = None) -> None:
        super().__init__(loader, printed)
        self.link = socket.socket(fileno=link)
        self.poller.register(link, select.POLLIN)

    def abandon(self) -> None:
        super().abandon()
        self.link.close()

    def loop(self) -> NoReturn:
        """Serves until the keeper is gone."""
        code = 0
        try:
            # Whoever has made this process is about to run a task, and has the machine first.
            if not self.poller.poll(_CALM):
                self.make_spare()
            while self.turn():
                pass
        except BaseException:
            code = 1
        self.loader.exits.run_deferred()
        ending.leave(code, user_handlers=False)

    def turn(self) -> bool:
        # One thing at a time, and those that have ended first: what is done about one may close the descriptor of
        # another, and its number may be a new one's.
        link = self.link.fileno()
        fd = next((fd for fd, _ in self.poller.poll() if fd != link), link)
        if fd != link:
            self.reap(fd)
            self.make_spare()
            return True
        message, fds = wire.receive(self.link)
        if message is None:
            return False
        if message["type"] == "ahead":
            self.ahead(message, fds[0])
        else:
            self.session(message, fds)
        return True


def tell(fd: int, message: Message) -> None:
    """Tells who asked for a session, who may be gone."""
    other = socket.socket(fileno=os.dup(fd))
    try:
        wire.send(other, message)
    except OSError:
        pass
    finally:
        other.close()


def surroundings(message: Message) -> Message:
    """What of a message `surround` needs."""
    return {"volatile": message["volatile"], "cwd": message["cwd"]}


def surround(message: Message) -> None:
    """Gives the process the surroundings of the command. The variables that are not named are the keeper's own."""
    for name, value in message["volatile"].items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    os.chdir(message["cwd"])


def put_folder_first(folder: str) -> None:
    """Makes the path what it is for `python -m`."""
    if not getattr(sys.flags, "safe_path", False):
        sys.path.insert(0, folder)


def detach() -> None:
    """Gives up the streams that were someone's."""
    null = os.open(os.devnull, os.O_RDWR)
    for fd in range(3):
        os.dup2(null, fd)
    if null > 2:
        os.close(null)
