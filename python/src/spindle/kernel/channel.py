"""What Python says to the kernel, and the order of it among what is printed.

A message is a line of JSON; where it has `buffers`, a list of sizes, so many bytes follow the line. What is printed
does not travel here but through the pipes that stdout and stderr are, with what C code and child processes print. So
that a plot comes after the lines printed before it, and before those printed after it, an ordered message carries a
number, and the same number is written into both pipes as a mark that the kernel takes out again.
"""

from __future__ import annotations

import json
import math
import os
import select
import threading
from base64 import b64encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    Message = dict[str, Any]


class Order:
    """Keeps what belongs together together: other threads wait, and an interrupt comes when it is over."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.main = threading.get_ident()
        self.depth = 0  # of the main thread
        self.interrupted = False

    def __enter__(self) -> None:
        if threading.get_ident() == self.main:
            self.depth += 1
        self.lock.acquire()

    def __exit__(self, *_: object) -> None:
        self.lock.release()
        if threading.get_ident() == self.main:
            self.depth -= 1
            if self.depth == 0 and self.interrupted:
                self.interrupted = False
                raise KeyboardInterrupt

    def interrupt(self) -> None:
        """Called by the handler of SIGINT, in the main thread."""
        if self.depth:
            self.interrupted = True
        else:
            raise KeyboardInterrupt


class Channel:
    """The sending half of the channel of cells, and the pipes of stdout and stderr."""

    def __init__(self, fd: int, mark: str) -> None:
        self.fd = fd
        self.order = Order()
        self.pipes = (private(1), private(2))
        self.number = 0
        self.last = 0  # the pipe that was printed to last
        self.foreign = False  # this is a child made by os.fork
        self._mark = b"\x1b]" + mark.encode() + b";%d\x07"
        os.register_at_fork(after_in_child=self._enter_child)

    def _enter_child(self) -> None:
        # A child of the user's prints, and has nothing else to say.
        self.foreign = True
        self.order.lock = threading.RLock()
        self.order.depth = 0

    def send(self, message: Message, buffers: Iterable[Any] = ()) -> None:
        """Sends a message in order with what is printed."""
        if self.foreign:
            return
        raw = [memoryview(b).cast("B") for b in buffers]
        with self.order:
            self.number += 1
            for pipe in self.pipes:
                write_all(pipe, self._mark % self.number)
            message = {**message, "sync": self.number}
            if raw:
                message["buffers"] = [len(b) for b in raw]
            write_all(self.fd, encode(message))
            for b in raw:
                write_all(self.fd, b)

    def publish(
        self, kind: str, content: Message, metadata: Message | None = None, buffers: Iterable[Any] = ()
    ) -> None:
        """Publishes to all frontends."""
        message = {"type": "publish", "kind": kind, "content": content}
        if metadata:
            message["metadata"] = metadata
        self.send(message, buffers)

    def print(self, pipe: int, data: bytes) -> None:
        """Prints to a pipe, 0 for stdout and 1 for stderr."""
        with self.order:
            if pipe != self.last:
                self.last = pipe
                self.send({"type": "turn"})
            write_all(self.pipes[pipe], data)


def private(fd: int) -> int:
    """Another descriptor for the same pipe: cells may point stdout elsewhere."""
    copy = os.dup(fd)
    os.set_inheritable(copy, False)
    return copy


def write_all(fd: int, data: Any) -> None:
    """Writes everything, also where a child process has made the pipe non-blocking."""
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(fd, view) :]
        except BlockingIOError:
            select.select([], [fd], [])


def encode(message: Message) -> bytes:
    """A message as a line. What JSON has no word for becomes the nearest that it has."""
    try:
        return _encode(message).encode() + b"\n"
    except (ValueError, TypeError):
        return _encode(plain(message)).encode() + b"\n"


def _other(value: Any) -> Any:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return b64encode(value).decode("ascii")
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    item = getattr(value, "item", None)  # numpy's numbers
    if callable(item) and getattr(value, "shape", None) == ():
        return item()
    return str(value)


_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False, default=_other, ensure_ascii=True).encode


def plain(value: Any) -> Any:
    """A value in JSON's words."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(v) for v in value]
    if value is None or isinstance(value, (str, int, bool)):
        return value
    return plain(_other(value))


class Reader:
    """The receiving half of a channel. Messages to Python carry their buffers as lists of bytes."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._received = bytearray()

    def receive(self) -> bool:
        """Takes what has come in, waiting for it. False when the kernel is gone."""
        try:
            chunk = os.read(self.fd, 1 << 16)
        except ConnectionError:
            return False
        self._received += chunk
        return bool(chunk)

    def pending(self) -> Message | None:
        """A message among the bytes received so far, if there is a whole one."""
        end = self._received.find(b"\n")
        if end < 0:
            return None
        message: Message = json.loads(self._received[:end])
        at = end + 1
        sizes = message.get("buffers") or []
        if len(self._received) < at + sum(sizes):
            return None
        message["buffers"] = []
        for size in sizes:
            message["buffers"].append(bytes(self._received[at : at + size]))
            at += size
        del self._received[:at]
        return message
