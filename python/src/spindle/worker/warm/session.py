"""The worker of one spin. One that has imported the flow leaves a copy of itself behind for the next."""

from __future__ import annotations

import io
import os
import select
import socket
import sys

from spindle.worker import ending, server
from spindle.worker.faults import is_library
from spindle.worker.warm import spare, wire
from spindle.worker.warm.stamps import Stamps, Watch
from spindle.worker.warm.template import Waiting, detach, surround

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from spindle.worker.channel import Channel, Message
    from spindle.worker.module import Imported, Loader


# How long the session leaves the machine to its task before it forks the flow process, in milliseconds.
_CALM = 50


class Heard(io.FileIO):
    """A stream that remembers what is printed, while it is wanted."""

    def __init__(self, fd: int, printed: list[tuple[int, bytes]]) -> None:
        super().__init__(fd, "w", closefd=False)
        self.name = f"<{'stdout' if fd == 1 else 'stderr'}>"
        self._printed: list[tuple[int, bytes]] | None = printed

    def write(self, data: Any) -> int:
        if self._printed is not None:
            self._printed.append((self.fileno(), bytes(data)))
        return super().write(data)

    def forget(self) -> None:
        """Ends the remembering."""
        self._printed = None


class WarmServer(server.Server):
    """A fork server whose flow is imported already, or that keeps it."""

    def __init__(
        self,
        channel: Channel,
        loader: Loader,
        printed: list[tuple[int, bytes]],
        link: int | None,
        surroundings: Message,
        task: spare.Spare | None = None,
    ) -> None:
        super().__init__(channel)
        self.loader = loader
        self.printed = printed
        self.link = link
        self.surroundings = surroundings
        self.task = task  # that waits, forked in advance
        self.copy: tuple[int, Stamps, bool] | None = None  # to be left: its link, and whether only files made it
        self.farewells: dict[int, socket.socket] = {}  # by descriptor, of tasks that may say goodbye
        self.left: set[int] = set()  # pids of those that have

    def fork(self, message: Message, given: list[int]) -> None:
        """Forks a child for a task, or uses the one that waits."""
        task, self.task = self.task, None
        if task is None or not task.give(self.surroundings, given):
            super().fork(message, given)
        else:
            self.use(task, message, given)

    def use(self, task: spare.Spare, message: Message, given: list[int]) -> None:
        """Counts a task that has been forked in advance among the children."""
        wire.close(given)
        self.children[task.pid] = task.watch
        self.farewells[task.link.fileno()] = task.link
        for fd in (task.watch, task.link.fileno()):
            self.poller.register(fd, select.POLLIN)
        self.channel.write({"type": "started", "re": message.get("id"), "pid": task.pid})

    def attend(self, ready: set[int]) -> None:
        """Sees to the children, first to what they say."""
        for fd in ready & self.farewells.keys():
            self.poller.unregister(fd)
            link = self.farewells.pop(fd)
            exited, _ = wire.receive(link)
            link.close()
            if exited is not None:
                self.left.add(exited["pid"])
                super().report(exited["pid"], exited)
        super().attend(ready)
        if not ready:
            self.leave_copy()

    def report(self, pid: int, exited: Message) -> None:
        """Tells how a child ended, unless it has said so itself."""
        if pid in self.left:
            self.left.remove(pid)
        else:
            super().report(pid, exited)

    def close(self) -> None:
        """Ends the session. The engine may go before the rest: with large libraries a fork takes longer than a small
        step, and so does giving back their memory.
        """
        super().close()
        detach()
        self.socket.close()
        self.leave_copy()

    def describe(self, message: Message) -> None:
        if self.link is not None:
            self.describe_first(message)
            self.expect_task()
            return
        printed, self.printed = self.printed, []
        for fd, data in printed:
            os.write(fd, data)
        super().describe(message)
        self.expect_task()

    def describe_first(self, message: Message) -> None:
        """Imports the flow, notes of what it is made, and leaves a copy."""
        heard = listen(self.printed)
        watch = Watch()
        with watch:
            super().describe(message)
        for stream in heard:
            stream.forget()
        link, self.link = self.link, None
        assert link is not None
        flow = self.loader._description
        if flow is None:
            self.printed = []  # nothing will be left, and the engine may ask again
        if flow is not None and flow["isolation"]["fork_safe"] and not watch.outside:
            stamps = Stamps.taken(watch, flow["files"])
            if stamps is not None:
                self.copy = (link, stamps, not watch.environment)
                self.calm = _CALM
                return
        os.close(link)

    def expect_task(self) -> None:
        """Forks a task while the engine reads the description."""
        flow = self.loader._description
        if self.task is None and flow is not None and flow["isolation"]["fork_safe"]:
            self.freeze()
            self.task = spare.task(self.loader, surround, self.abandon)

    def abandon(self) -> None:
        """In a child: gives up what is the session's."""
        self.socket.close()
        wire.close(self.descriptors)
        for fd in self.children.values():
            if fd is not None:
                os.close(fd)
        for link in self.farewells.values():
            link.close()
        if self.task is not None:
            self.task.close()
        if self.copy is not None:
            os.close(self.copy[0])

    def leave_copy(self) -> None:
        """Forks the flow process, once nobody waits for anything."""
        if self.copy is None:
            return
        (link, stamps, clean), self.copy = self.copy, None
        self.calm = None
        load_common()
        if os.fork() == 0:
            code = 1
            try:
                os.setpgid(0, 0)
                detach()
                self.abandon()
                waiting = Waiting(link, self.loader, self.printed)
                # Libraries that the flow has set variables for are not imported without it.
                found = libraries(self.loader.imported) if clean else []
                wire.send(waiting.link, {"type": "kept", "stamps": stamps.fields(), "libraries": found})
                waiting.loop()
            finally:
                ending.leave(code, user_handlers=False)
        os.close(link)
        # What the import wants removed at exit is the copy's from now on.
        self.loader.exits.enter_child()


def load_common() -> None:
    """Imports what every task needs, to be shared by forks."""
    import spindle.kernel.showing
    import spindle.worker.task  # noqa: F401


def listen(printed: list[tuple[int, bytes]]) -> list[Heard]:
    """Makes the streams remember what is printed."""
    return [_listen("stdout", 1, printed), _listen("stderr", 2, printed)]


def _listen(name: str, fd: int, printed: list[tuple[int, bytes]]) -> Heard:
    old = getattr(sys, name)
    heard = Heard(fd, printed)
    stream: Any = io.TextIOWrapper(heard, old.encoding, old.errors, write_through=True)
    stream.mode = "w"
    setattr(sys, name, stream)
    setattr(sys, f"__{name}__", stream)
    return heard


def libraries(imported: Imported) -> list[str]:
    """The modules that are not the project's, in the order they were imported."""
    return [
        name
        for name in imported
        if isinstance(file := getattr(sys.modules.get(name), "__file__", None), str) and is_library(file)
    ]
