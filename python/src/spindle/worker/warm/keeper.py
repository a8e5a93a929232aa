"""The process that listens for spins. It knows the base and the flow processes, and which of them still hold."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time

from spindle.worker import ending
from spindle.worker.faults import is_library
from spindle.worker.module import Loader
from spindle.worker.warm import base, prewarm, wire
from spindle.worker.warm.kept import Half, Kept
from spindle.worker.warm.listening import adopt_orphans, alone, listen, same_user
from spindle.worker.warm.stamps import Stamps, importable, stamp
from spindle.worker.warm.template import Template, detach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from spindle.worker.warm.stamps import Stamp
    from spindle.worker.warm.wire import Message

# In seconds: how often the keeper looks whether it is still wanted, and how long a command may take to say what for.
_TICK = 5.0
_PATIENCE = 2.0
# Of more flows in one folder the one that was not used longest is forgotten.
_FLOWS = 4


class Keeper(Template):
    """The state of the keeper."""

    def __init__(self, order: dict[str, Any], listener: socket.socket, lock: int) -> None:
        super().__init__(Loader())
        self.order = order
        self.listener = listener
        self.lock = lock
        self.base: Kept | None = None
        self.coming: Kept | None = None  # the base that takes over once it is ready
        self.libraries: list[str] = []
        self.flows: dict[str, Kept] = {}  # by what was asked for, that used last at the end
        self.halves: dict[str, Half] = {}  # by file and working folder, that made last at the end
        self.installed = installed()
        self.ends = 0.0
        self.place = os.stat(order["socket"]).st_ino
        self.poller.register(listener.fileno(), 1)

    def loop(self) -> None:
        """Serves until it is no longer wanted."""
        self.postpone()
        while self.wanted():
            ready = [fd for fd, _ in self.poller.poll(min(_TICK, max(0.0, self.ends - time.monotonic())) * 1000 + 1)]
            if ready and not self.see_to(ready):
                return
            self.bury()

    def see_to(self, ready: list[int]) -> bool:
        """Does one thing, as what is done about it may close the descriptor of another: first for those that have
        ended, last for a newcomer, who is then judged by all there is to know. False is the end.
        """
        listener = self.listener.fileno()
        fd = min(ready, key=lambda fd: (fd == listener, fd not in self.children))
        if fd == listener:
            return self.accept()
        if fd in self.children:
            self.reap(fd)
        else:
            self.hear(fd)
        return True

    def postpone(self) -> None:
        self.ends = time.monotonic() + self.order["idle"]

    def wanted(self) -> bool:
        """Whether somebody may still come: not after the idle time, nor when the folder or the socket is gone."""
        if time.monotonic() >= self.ends and not self.children:
            return False
        try:
            return os.path.isdir(self.order["folder"]) and os.stat(self.order["socket"]).st_ino == self.place
        except OSError:
            return False

    def accept(self) -> bool:
        """Serves one connection. False when the keeper is to end."""
        try:
            conn, _ = self.listener.accept()
        except OSError:
            return True
        with conn:
            if not same_user(conn):
                return True
            conn.settimeout(_PATIENCE)
            try:
                message, fds = wire.receive(conn)
            except (OSError, ValueError):
                return True
            if message is None:
                return True
            go_on = self.serve(conn, message, fds)
            wire.close(fds)
            return go_on

    def serve(self, conn: socket.socket, message: Message, fds: list[int]) -> bool:
        kind = message.get("type")
        if kind == "status":
            begun = [json.loads(where)[0] for where, half in self.halves.items() if half.ready]
            flows = sorted({*begun, *(json.loads(flow)[0] for flow, kept in self.flows.items() if kept.ready)})
            left = round(self.ends - time.monotonic())
            ready = self.base is not None and self.base.ready
            status = {"pid": os.getpid(), "flows": flows, "begun": begun, "base": ready, "seconds_left": left}
            tell_back(conn, {"type": "status", **status})
            return True
        if kind == "stop" or message.get("key") != self.order["key"] or installed() != self.installed:
            self.listener.close()
            os.unlink(self.order["socket"])
            tell_back(conn, {"type": "gone", "pid": os.getpid()})
            return False
        self.postpone()
        if kind == "session" and len(fds) == 3:
            self.choose(message, [conn.fileno(), *fds])
        elif kind == "prepare":
            self.prepare(message)
            tell_back(conn, {"type": "prepared", "pid": os.getpid()})
        return True

    def choose(self, message: Message, fds: list[int]) -> None:
        """Hands a spin to the process that is furthest and still holds."""
        conn, *rest = fds
        conn = os.dup(conn)
        fds = [conn, *rest]
        flow = identity(message)
        kept = self.flows.get(flow)
        if kept is not None and kept.ready:
            self.flows[flow] = self.flows.pop(flow)
            if kept.stamps.fresh() and kept.give(message, fds):
                os.close(conn)
                return
        if kept is not None:
            self.forget(kept)
        half = self.halves.get(place(message))
        if half is not None and half.holds(message) and half.give(message, fds):
            os.close(conn)
            return
        if self.base is not None and self.shadowed(message):
            self.drop_base()
        link = [] if message.get("cells") else [self.expect(flow)]
        if self.base is not None and self.base.ready and self.base.give(message, [*fds, *link]):
            wire.close([conn, *link])
        else:
            # The forked child needs them, and `session` closes what it is given.
            self.session(message, [conn, *(os.dup(fd) for fd in rest), *link])
        if message.get("cells"):
            self.prepare(message)

    def expect(self, flow: str) -> int:
        """Keeps the flow process that will be at the other end of what is returned."""
        ours, theirs = wire.links()
        self.flows[flow] = self.watch(ours)
        while len(self.flows) > _FLOWS:
            self.forget(next(iter(self.flows.values())))
        return theirs

    def prepare(self, message: Message) -> None:
        """Has a flow's file executed up to its class for spins to come, unless that is done or can't be."""
        where = place(message)
        half = self.halves.get(where)
        if half is not None:
            if half.settled(message):
                return
            self.forget(half)
        ours, theirs = wire.links()
        self.poller.register(ours.fileno(), 1)
        self.halves[where] = Half(ours)
        if self.base is not None and self.base.ready and self.base.give({**message, "type": "ahead"}, [theirs]):
            os.close(theirs)
        else:
            self.ahead(message, theirs)
        while len(self.halves) > _FLOWS:
            self.forget(next(iter(self.halves.values())))

    def shadowed(self, message: Message) -> bool:
        """Whether the project has a module now that the base knows as a library."""
        assert self.base is not None
        folders = {message["cwd"], os.path.dirname(message["source"])}
        names = {name.partition(".")[0] for folder in folders for name in importable(folder)}
        # A mere folder is found last, after what has a file.
        files = [os.path.join(folder, end) for folder in folders for end in ("%s.py", "%s/__init__.py")]
        return any(os.path.exists(file % name) for name in names & self.base.names for file in files)

    def begin(self) -> None:
        """Imports the flow of the spin that has started the keeper, for the next one. Nobody hears of a failure."""
        message = self.order["first"]
        if message.get("cells"):
            self.prepare(message)
            return
        ours, theirs = wire.links()
        self.flows[identity(message)] = self.watch(ours)
        if self.fork() == 0:
            self.abandon()
            ours.close()
            prewarm.become(theirs, message, self.loader)
        os.close(theirs)

    def watch(self, link: socket.socket) -> Kept:
        self.poller.register(link.fileno(), 1)
        return Kept(link)

    def forget(self, kept: Kept) -> None:
        """Ends a process: the end of its link is its end."""
        self.release(kept)
        if kept is self.base:
            self.base = None
        if kept is self.coming:
            self.coming = None
        self.flows = {flow: other for flow, other in self.flows.items() if other is not kept}
        self.halves = {where: other for where, other in self.halves.items() if other is not kept}

    def release(self, kept: Kept) -> None:
        if kept.link.fileno() >= 0:
            self.poller.unregister(kept.link.fileno())
            kept.link.close()

    def drop_base(self) -> None:
        self.libraries = []
        for kept in (self.base, self.coming):
            if kept is not None:
                self.forget(kept)

    def hear(self, fd: int) -> None:
        """Takes what a kept process says of itself."""
        kept = next((one for one in self.everyone() if one.link.fileno() == fd), None)
        if kept is None:
            return
        try:
            message, fds = wire.receive(kept.link)
        except (OSError, ValueError):
            message, fds = None, []
        wire.close(fds)
        if message is None:
            self.forget(kept)
            self.look_again(kept)
        elif isinstance(kept, Half):
            kept.learn(message)
            if kept.unfit:
                self.release(kept)
            self.extend(message.get("libraries", []))
            self.look_again(kept)
        elif message["type"] == "ready":
            kept.names, kept.ready = frozenset(message["names"]), True
            if self.base is not None:
                self.forget(self.base)
            self.base, self.coming = kept, None
        else:
            kept.stamps, kept.ready = Stamps.of(message["stamps"]), True
            self.extend(message["libraries"])

    def look_again(self, kept: Kept) -> None:
        """Prepares for who came too early."""
        if isinstance(kept, Half) and kept.next is not None:
            later, kept.next = kept.next, None
            self.prepare(later)

    def extend(self, libraries: list[str]) -> None:
        """Makes a base that has these libraries too. The one there is serves until that is ready."""
        known = set(self.libraries)
        more = [name for name in libraries if name not in known and not name.endswith("__main__")]
        if not more or all(name in sys.modules for name in more):
            return
        self.libraries += more
        if self.coming is not None:
            self.forget(self.coming)
        ours, theirs = wire.links()
        if self.fork() == 0:
            self.abandon()
            ours.close()
            base.become(theirs, self.libraries)
        os.close(theirs)
        self.coming = self.watch(ours)

    def abandon(self) -> None:
        super().abandon()
        self.listener.close()
        os.close(self.lock)
        for kept in self.everyone():
            kept.link.close()

    def everyone(self) -> list[Kept]:
        halves = (half for half in self.halves.values() if not half.unfit)
        return [*self.flows.values(), *halves, *(kept for kept in (self.base, self.coming) if kept is not None)]

    def bury(self) -> None:
        """Reaps what nobody waits for: the flow processes, whose parents have ended."""
        sessions = {pid for pid, _ in self.children.values()}
        while True:
            try:
                ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if ended is None or ended.si_pid in sessions:
                return
            os.waitpid(ended.si_pid, 0)


def identity(message: Message) -> str:
    """What a flow process is for."""
    return json.dumps([message["source"], message["cwd"], *(message.get(k) for k in ("class", "with", "options"))])


def place(message: Message) -> str:
    """What the first half of a flow's file depends on, beside its text."""
    return json.dumps([message["source"], message["cwd"]])


def installed() -> list[Stamp]:
    """What changes when a package is installed or removed."""
    return [stamp(folder) for folder in sys.path if is_library(folder)]


def tell_back(conn: socket.socket, message: Message) -> None:
    try:
        wire.send(conn, message)
    except OSError:
        pass  # it did not wait


def main() -> NoReturn:
    """Serves as the order on stdin says; does not return."""
    with open(0, closefd=False) as order_file:
        order = json.load(order_file)
    detach()
    os.closerange(3, os.sysconf("SC_OPEN_MAX") if hasattr(os, "sysconf") else 256)
    if sys.path and not getattr(sys.flags, "safe_path", False):
        del sys.path[0]  # the working folder; each session puts its own there
    os.chdir("/")
    lock = alone(order["socket"])
    if lock is None:
        os._exit(0)
    import metaflow  # noqa: F401
    from spindle.worker.main import prepare

    prepare()
    adopt_orphans()
    keeper = Keeper(order, listen(order["socket"]), lock)

    def terminate(*_: object) -> None:
        raise SystemExit

    signal.signal(signal.SIGTERM, terminate)
    try:
        keeper.begin()
        keeper.loop()
    finally:
        try:
            if os.stat(order["socket"]).st_ino == keeper.place:
                os.unlink(order["socket"])
        except OSError:
            pass
        ending.leave(0, user_handlers=False)


if __name__ == "__main__":
    main()
