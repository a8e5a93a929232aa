"""The fork server: imports the flow once and makes a child process per task.

One thread, one loop: it waits for the control channel and for its children's ends. Everything a child must not have of
it is closed or undone in `_enter_child`.
"""

from __future__ import annotations

import _socket
import gc
import os
import select
import signal
import sys

from spindle.worker import bytecode, ending, single
from spindle.worker.channel import Channel, ChannelError
from spindle.worker.main import can_fork
from spindle.worker.module import FlowError, Loader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from spindle.worker.channel import Message

# Where a process can't be waited for by descriptor, how often to ask, in milliseconds.
_POLL = 5


class Server:
    """The state of the fork server."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.socket = _socket.socket(fileno=channel.fd)
        self.loader = Loader()
        self.descriptors: list[int] = []  # received and not yet given to a child
        self.children: dict[int, int | None] = {}  # pid -> its descriptor
        self.guarded: set[int] = set()  # leaders of groups that the engine started itself
        self.frozen = False
        self.calm: int | None = None  # in milliseconds: how long without an event until `attend` is called without one
        self.poller = select.poll()
        self.poller.register(channel.fd, select.POLLIN)

    def loop(self) -> None:
        """Serves until the engine says stop or is gone."""
        # A request may have come in together with the hello.
        if not self.obey():
            return
        while True:
            blind = any(fd is None for fd in self.children.values())
            ready = {fd for fd, _ in self.poller.poll(_POLL if blind else self.calm)}
            self.attend(ready)
            if self.channel.fd in ready and not (self.receive() and self.obey()):
                return

    def attend(self, ready: set[int]) -> None:
        """Sees to the children; the descriptors are those that became readable."""
        for pid, fd in list(self.children.items()):
            if fd is None or fd in ready:
                self.reap(pid)

    def receive(self) -> bool:
        """Takes what has come in, descriptors too. False when the engine is gone."""
        data, ancillary, _, _ = self.socket.recvmsg(
            1 << 16, _socket.CMSG_SPACE(12 * 4), getattr(_socket, "MSG_CMSG_CLOEXEC", 0)
        )
        for level, kind, payload in ancillary:
            if level == _socket.SOL_SOCKET and kind == _socket.SCM_RIGHTS:
                for at in range(0, len(payload) - 3, 4):
                    fd = int.from_bytes(payload[at : at + 4], sys.byteorder)
                    os.set_inheritable(fd, False)
                    self.descriptors.append(fd)
        if not data:
            return False
        self.channel.feed(data)
        return True

    def obey(self) -> bool:
        """Does what the received messages say. False when one of them says stop."""
        while True:
            message = self.channel.pending()
            if message is None:
                return True
            if message["type"] == "stop":
                return False
            if message["type"] == "describe":
                self.describe(message)
            elif message["type"] == "start":
                self.start(message)
            elif message["type"] == "guard":
                self.guarded.add(message["pid"])
            elif message["type"] == "unguard":
                self.guarded.discard(message["pid"])
            else:
                self.refuse(message, f"the worker does not know messages of type {message['type']!r}")

    def refuse(self, message: Message, problem: str) -> None:
        self.channel.write({"type": "error", "re": message.get("id"), "kind": "protocol", "message": problem})

    def describe(self, message: Message) -> None:
        """Imports the flow and says what it is."""
        try:
            flow = self.loader.describe(message)
        except FlowError as e:
            self.channel.write({"type": "error", "re": message.get("id"), **e.fields()})
        except Exception as e:
            if (wanted := _configs(message, e)) is not None:
                self.channel.write(wanted)
                return
            # A fault of ours, or an object of the user's that nothing can be asked of.
            from spindle.worker.faults import trimmed_text

            fault = FlowError(
                "import", f"the flow can not be described: {type(e).__name__}: {e}", traceback=trimmed_text(e)
            )
            self.channel.write(
                {"type": "error", "re": message.get("id"), "file": message.get("source"), **fault.fields()}
            )
        else:
            self.channel.write({"type": "description", "re": message.get("id"), "flow": flow})

    def start(self, message: Message) -> None:
        """Forks a child for a task."""
        given, self.descriptors = self.descriptors[:3], self.descriptors[3:]
        if len(given) < 3:
            self.refuse(message, "start came without its three descriptors")
        elif not can_fork():
            self.refuse(message, "tasks can not be forked on this system")
        else:
            self.fork(message, given)
            return
        for fd in given:
            os.close(fd)

    def fork(self, message: Message, given: list[int]) -> None:
        self.freeze()
        sys.stdout.flush()
        sys.stderr.flush()
        try:
            pid = os.fork()
        except OSError as e:
            for fd in given:
                os.close(fd)
            self.refuse(message, f"the system refuses another process: {e.strerror}")
            return
        if pid == 0:
            self.enter_child(given)
        try:
            os.setpgid(pid, pid)
        except OSError:
            pass  # the child has done it and is further on
        for fd in given:
            os.close(fd)
        self.children[pid] = self.watch(pid)
        self.channel.write({"type": "started", "re": message.get("id"), "pid": pid})

    def freeze(self) -> None:
        """Makes ready for forks: the children share the pages for as long as neither side's collector walks over them.
        Nothing is collected before: with large libraries that takes long and finds next to nothing.
        """
        if not self.frozen:
            # What every task needs is loaded once, here.
            import spindle.worker.task  # noqa: F401

            gc.freeze()
            self.frozen = True

    def watch(self, pid: int) -> int | None:
        """A descriptor that becomes readable when the child ends, None where the system has no such thing."""
        try:
            fd = os.pidfd_open(pid)
        except (AttributeError, OSError):
            return None
        self.poller.register(fd, select.POLLIN)
        return fd

    def enter_child(self, given: list[int]) -> NoReturn:
        """Runs in the child: gives up what is the server's and executes the task."""
        code = 1
        try:
            os.setpgid(0, 0)
            channel, stdout, stderr = given
            os.dup2(stdout, 1)
            os.dup2(stderr, 2)
            self.socket.close()
            for fd in (stdout, stderr, *self.descriptors, *self.children.values()):
                if fd is not None:
                    os.close(fd)
            self.loader.enter_child()
            code = single.execute(Channel(channel), self.loader)
        except BaseException:
            ending.print_last_words()
        ending.leave(code)

    def reap(self, pid: int) -> None:
        """Reports the end of a child, if it has ended."""
        done, status, usage = os.wait4(pid, os.WNOHANG)
        if done == 0:
            return
        fd = self.children.pop(pid)
        if fd is not None:
            self.poller.unregister(fd)
            os.close(fd)
        signaled = os.WIFSIGNALED(status)
        self.report(
            pid,
            {
                "type": "exited",
                "pid": pid,
                "code": 0 if signaled else os.WEXITSTATUS(status),
                "signal": os.WTERMSIG(status) if signaled else 0,
                "max_rss_kb": usage.ru_maxrss,
                "user_seconds": usage.ru_utime,
                "system_seconds": usage.ru_stime,
            },
        )

    def report(self, pid: int, exited: Message) -> None:
        """Tells the engine how a child ended."""
        self.channel.write(exited)

    def close(self) -> None:
        """Takes the children along."""
        for pid in (*self.children, *self.guarded):
            try:
                os.killpg(pid, signal.SIGKILL)
            except OSError:
                pass


def _configs(message: Message, e: Exception) -> Message | None:
    """What is asked of the engine when that is why a flow could not be described: the values of its configs."""
    reading = sys.modules.get("spindle.config_reading")
    if reading is None or not isinstance(e, reading.ConfigsWanted):
        return None
    return {"type": "configs", "re": message.get("id"), "flow": e.flow, "configs": e.configs}


def serve(channel: Channel) -> NoReturn:
    """Runs a fork server on the control channel; does not return."""
    run(Server(channel), bytecode.keep)


def run(server: Server, last: Callable[[], None] | None = None) -> NoReturn:
    """Runs a fork server; does not return. When nothing else is left to do, last is called."""
    code = 0
    try:
        server.loop()
    except (BrokenPipeError, ConnectionResetError):
        pass  # the engine is gone
    except ChannelError as e:
        sys.stderr.write(f"spindle.worker: {e}\n")
        code = 1
    finally:
        server.close()
    server.loader.exits.run_deferred()
    if last is not None:
        last()
    ending.leave(code, user_handlers=False)
