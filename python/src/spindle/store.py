"""The way to the stored runs: calls to the engine, from a task over its channel, from anywhere else over a server of
its own.
"""

from __future__ import annotations

import os
import sys
from _thread import allocate_lock

from spindle.worker.channel import PROTOCOL, CallError, Channel, ChannelError, answered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Raised by `call` when the engine refuses: `kind` and `message`.
StoreError = CallError


def call(name: str, args: dict[str, Any]) -> Any:
    """Makes a store call (see docs/task-protocol.md) and returns its result. Raises StoreError."""
    from spindle.worker import channel

    try:
        if channel.current is not None:
            return channel.call(name, args)
        return _server.call(name, args)
    except (ChannelError, BrokenPipeError, ConnectionResetError) as e:
        raise StoreError("io", f"the engine did not answer: {e}") from e


class _Server:
    """The store server of this process, started with the first call and ended by its channel's end."""

    def __init__(self) -> None:
        self._lock = allocate_lock()
        self._channel: Channel | None = None
        self._owner = 0  # the process that started it
        self._pid = 0

    def call(self, name: str, args: dict[str, Any]) -> Any:
        with self._lock:
            # A fork does not take its parent's server along: their answers would mix.
            if self._channel is None or self._owner != os.getpid():
                self._channel, self._pid = _start()
                self._owner = os.getpid()
            channel = self._channel
        try:
            return answered(channel, name, args)
        except (ChannelError, OSError):
            self._drop(channel)
            raise

    def _drop(self, channel: Channel) -> None:
        """Forgets a server that does not answer; the next call starts another."""
        with self._lock:
            if self._channel is channel:
                self._channel = None
                os.close(channel.fd)
                _reap(self._pid)


_server = _Server()


def _reap(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)
    except OSError:
        pass


def _start() -> tuple[Channel, int]:
    """Starts a server; returns its channel and process id."""
    import _socket

    from spindle.launch import find_binary

    binary = find_binary()
    if binary is None:
        raise StoreError("io", "the spindle command was not found; put it on the PATH or set SPINDLE_BIN to its file")
    ours, theirs = _socket.socketpair()
    fd = 3 if theirs.fileno() != 3 else 4
    pid = os.posix_spawn(
        binary,
        [binary, "store-server"],
        {**os.environ, "SPINDLE_TASK_FD": str(fd)},
        file_actions=[(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), (os.POSIX_SPAWN_DUP2, theirs.fileno(), fd)],
        # A group of its own: Ctrl-C in a notebook or a shell is not for it.
        setpgroup=0,
    )
    theirs.close()
    channel = Channel(ours.detach())
    try:
        _greet(channel, binary)
    except BaseException:
        os.close(channel.fd)
        _reap(pid)
        raise
    return channel, pid


def _greet(channel: Channel, binary: str) -> None:
    from spindle import __version__

    version = ".".join(map(str, sys.version_info[:3]))
    hello = {"type": "hello", "protocol": PROTOCOL, "language": "python", "version": version, "sdk": __version__}
    channel.write({**hello, "executable": sys.executable, "pid": os.getpid()})
    reply = channel.read()
    if reply is None:
        raise ChannelError(f"{binary} store-server ended at once")
    if reply["type"] == "error" or reply.get("protocol") != PROTOCOL:
        problem = f"{binary} speaks version {reply.get('protocol')} of the protocol, not {PROTOCOL}"
        raise ChannelError(str(reply.get("message") or problem))
