"""Values as bytes: loading what the engine hands over, as a place in a file or, if it is small, itself."""

from __future__ import annotations

import binascii
import os
import pickle

import spindle.frames  # noqa: F401  (a pickle may name __main__.ForeachFrame)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ENCODING = "pickle-v4"
_KNOWN = frozenset(("pickle-v2", "pickle-v4", "gzip+pickle-v2", "gzip+pickle-v4", "", None))
# Values of types that only Go understands.
_GO = frozenset(("go-gob", "go-binary"))
# Values up to this size are read at once; larger ones are unpickled from the file, whose pages need not be in memory
# twice.
_SMALL = 1 << 20


class UnknownEncoding(Exception):
    """A value is stored in a form this version does not know."""


def load(location: dict[str, Any]) -> Any:
    """The value at a location `{path, offset, size, encoding, temporary}`, or in `{data, size, encoding}`.

    A temporary file is deleted.
    """
    encoding = location.get("encoding")
    if encoding in _GO:
        discard(location)
        raise UnknownEncoding(f"it is a value of a flow in Go, encoded as {encoding!r}, which only Go can read")
    if encoding not in _KNOWN:
        raise UnknownEncoding(f"it is encoded as {encoding!r}, which this version can not read")
    if "data" in location:
        return pickle.loads(binascii.a2b_base64(location["data"]))
    path, offset, size = location["path"], location.get("offset", 0), location["size"]
    try:
        if size <= _SMALL:
            return pickle.loads(_bytes(path, offset, size))
        with open(path, "rb") as file:
            file.seek(offset)
            return pickle.load(file)
    finally:
        discard(location)


def read(location: dict[str, Any]) -> bytes:
    """The bytes at a location; a temporary file is deleted."""
    try:
        return _bytes(location["path"], location.get("offset", 0), location["size"])
    finally:
        discard(location)


def discard(location: dict[str, Any]) -> None:
    """Deletes the file of a location if it is the reader's to delete."""
    if location.get("temporary"):
        try:
            os.unlink(location["path"])
        except OSError:
            pass


def _bytes(path: str, offset: int, size: int) -> bytes:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        data = os.pread(fd, size, offset)
        if len(data) == size:
            return data
        parts = [data]
        left = size - len(data)
        while left > 0 and parts[-1]:
            parts.append(os.pread(fd, left, offset + size - left))
            left -= len(parts[-1])
        if left > 0:
            raise EOFError(f"{path} ends {left} bytes early")
        return b"".join(parts)
    finally:
        os.close(fd)
