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
        self._pid = 0
        self._process: Any = None  # kept, or Python would complain about its end

    def call(self, name: str, args: dict[str, Any]) -> Any:
        with self._lock:
            if self._channel is None or self._pid != os.getpid():
                # A fork does not take its parent's server along: their answers would mix.
                self._channel, self._process = _start()
                self._pid = os.getpid()
            channel = self._channel
        try:
            return answered(channel, name, args)
        except (ChannelError, OSError):
            self._channel = None
            raise


_server = _Server()


def _start() -> tuple[Channel, Any]:
    import _socket
    import subprocess

    from spindle import __version__
    from spindle.launch import find_binary

    binary = find_binary()
    if binary is None:
        raise StoreError("io", "the spindle command was not found; put it on the PATH or set SPINDLE_BIN to its file")
    ours, theirs = _socket.socketpair()
    environment = {**os.environ, "SPINDLE_TASK_FD": str(theirs.fileno())}
    try:
        process = subprocess.Popen(
            [binary, "store-server"],
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            env=environment,
            start_new_session=True,
        )
    finally:
        theirs.close()
    channel = Channel(ours.detach())
    hello = {
        "type": "hello",
        "protocol": PROTOCOL,
        "language": "python",
        "version": ".".join(map(str, sys.version_info[:3])),
    }
    channel.write({**hello, "sdk": __version__, "executable": sys.executable, "pid": os.getpid()})
    reply = channel.read()
    if reply is None:
        raise ChannelError(f"{binary} store-server ended at once")
    if reply["type"] == "error" or reply.get("protocol") != PROTOCOL:
        raise ChannelError(
            str(
                reply.get("message")
                or f"{binary} speaks version {reply.get('protocol')} of the protocol, not {PROTOCOL}"
            )
        )
    return channel, process
