"""stdout and stderr of cells."""

from __future__ import annotations

import io
import sys

from spindle.kernel.channel import Channel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Raw(io.RawIOBase):
    """The bytes below a stream: `sys.stdout.buffer`."""

    def __init__(self, channel: Channel, pipe: int) -> None:
        self._channel = channel
        self._pipe = pipe

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._pipe + 1

    def write(self, data: Any) -> int:
        view = memoryview(data).cast("B")
        self._channel.print(self._pipe, view)  # type: ignore[arg-type]
        return len(view)

    def close(self) -> None:
        """The stream stays: it is not the cell's to close."""


class Stream(io.TextIOBase):
    """A stream that has nothing to flush: what is printed is on its way."""

    def __init__(self, channel: Channel, pipe: int) -> None:
        self.buffer = Raw(channel, pipe)
        self.name = "<stdout>" if pipe == 0 else "<stderr>"
        self._channel = channel
        self._pipe = pipe

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    @property
    def errors(self) -> str:  # type: ignore[override]
        return "backslashreplace"

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return self._pipe + 1

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if text:
            self._channel.print(self._pipe, text.encode("utf-8", "backslashreplace"))
        return len(text)

    def close(self) -> None:
        """The stream stays: it is not the cell's to close."""


def install(channel: Channel) -> None:
    """Makes the streams those of the process."""
    sys.stdout = sys.__stdout__ = Stream(channel, 0)  # type: ignore[misc,assignment]
    sys.stderr = sys.__stderr__ = Stream(channel, 1)  # type: ignore[misc,assignment]
