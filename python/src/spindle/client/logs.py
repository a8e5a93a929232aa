"""Logs as the engine hands them over: a file of records."""

from __future__ import annotations

from spindle import serial

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


def read_log(place: dict[str, Any]) -> Iterator[tuple[int, bytes]]:
    """Time, in microseconds since 1970, and bytes of each line.

    A record is `<time> <length>`, a newline, that many bytes, a newline.
    """
    if not place["size"]:
        return
    try:
        with open(place["path"], "rb") as file:
            for header in file:
                at, length = header.split()
                line = file.read(int(length))
                file.read(1)
                yield int(at), line
    finally:
        serial.discard(place)
