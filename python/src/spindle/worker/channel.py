"""One side of a protocol channel: a JSON object per line on a stream socket.

A task's channel outlives forks of the user's code: a child made by multiprocessing may load an artifact too. From the
first fork on, the processes take turns by a lock on a file, so that question and answer stay together.
"""

from __future__ import annotations

import json
import os
from _thread import allocate_lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Message = dict[str, Any]

PROTOCOL = 1
LONGEST = 64 << 20

_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


class ChannelError(Exception):
    """The other side broke the protocol or is gone."""


class Channel:
    """A channel on a descriptor. Requests are safe for concurrent use; read is for the side that waits for orders."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._received = bytearray()
        self._next = 0
        self._lock = allocate_lock()
        self._turn: int | None = None  # the file the processes lock, once there are several

    def write(self, message: Message) -> None:
        """Sends one message."""
        data = memoryview((_encode(message) + "\n").encode())
        if len(data) > LONGEST:
            raise ChannelError(
                f"a message {message.get('type')!r} of {len(data)} bytes is longer than the protocol allows"
            )
        while data:
            data = data[os.write(self.fd, data) :]

    def read(self) -> Message | None:
        """The next message, None when the other side is gone."""
        while True:
            line = self._line()
            if line is not None:
                return self._decode(line)
            chunk = os.read(self.fd, 1 << 16)
            if not chunk:
                return None
            self.feed(chunk)

    def feed(self, chunk: bytes) -> None:
        """Takes bytes that were received elsewhere."""
        self._received += chunk
        if len(self._received) > LONGEST:
            raise ChannelError("a message is longer than the protocol allows")

    def pending(self) -> Message | None:
        """A message among the bytes received so far, if there is a whole one."""
        line = self._line()
        return None if line is None else self._decode(line)

    def _line(self) -> bytes | None:
        end = self._received.find(b"\n")
        if end < 0:
            return None
        line = bytes(self._received[:end])
        del self._received[: end + 1]
        return line

    @staticmethod
    def _decode(line: bytes) -> Message:
        try:
            message = json.loads(line)
        except ValueError as e:
            raise ChannelError(f"not a message: {e}") from None
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise ChannelError("not a message: an object with a type was expected")
        return message

    def request(self, message: Message) -> Message:
        """Sends a request and waits for its reply."""
        with self._lock:
            if self._turn is not None:
                self._take_turn(True)
            try:
                return self._exchange(message)
            finally:
                if self._turn is not None:
                    self._take_turn(False)

    def _exchange(self, message: Message) -> Message:
        self._next += 1
        # Processes that share the channel must not take one another's numbers for their own.
        number = (os.getpid() << 32 | self._next) & (1 << 53) - 1 if self._turn is not None else self._next
        self.write({**message, "id": number})
        reply = self.read()
        if reply is None:
            raise ChannelError("the engine is gone")
        if reply["type"] == "error":
            raise ChannelError(str(reply.get("message")))
        if reply.get("re") != number:
            raise ChannelError(f"a reply to request {reply.get('re')} came instead of one to {number}")
        return reply

    def share(self, folder: str) -> None:
        """Prepares the channel for forks by the user's code; the folder is for the file to lock."""
        owner = os.getpid()

        def before() -> None:
            if self._turn is None and os.getpid() == owner:
                path = os.path.join(folder, f".turn-{owner}")
                self._turn = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                os.unlink(path)

        def in_child() -> None:
            self._lock = allocate_lock()

        os.register_at_fork(before=before, after_in_child=in_child)

    def _take_turn(self, take: bool) -> None:
        import fcntl

        assert self._turn is not None
        fcntl.lockf(self._turn, fcntl.LOCK_EX if take else fcntl.LOCK_UN)


class CallError(Exception):
    """The engine refused a store call; `kind` is one of the protocol's error kinds."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


# The channel of the task this process runs, None elsewhere.
current: Channel | None = None


def call(name: str, args: Message) -> Any:
    """Makes a store call over the task's channel."""
    if current is None:
        raise ChannelError("no task is running in this process")
    return answered(current, name, args)


def answered(channel: Channel, name: str, args: Message) -> Any:
    """Makes a store call and returns its result, or raises CallError."""
    reply = channel.request({"type": "store", "call": name, "args": args})
    error = reply.get("error")
    if error is not None:
        raise CallError(str(error.get("kind")), str(error.get("message")))
    return reply.get("result")
