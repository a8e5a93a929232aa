"""What S3 calls take and give."""

from __future__ import annotations

import os
from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MODULE = "metaflow.plugins.datatools.s3.s3"

# A part of an object to get: `length` bytes from `offset`; None for up to the end, negative for that many last bytes.
S3GetObject = namedtuple("S3GetObject", ["key", "offset", "length"])
S3PutObject = namedtuple(
    "S3PutObject",
    ["key", "value", "path", "content_type", "encryption", "metadata"],
    defaults=(None, None, None, None, None),
)
# What was got of an object: its whole size, where the part begins and how long it is.
RangeInfo = namedtuple("RangeInfo", ["total_size", "request_offset", "request_length"], defaults=(0, -1))
for _class in (S3GetObject, S3PutObject, RangeInfo):
    _class.__module__ = _MODULE
del _class

# The metadata of users is kept as JSON under this one name.
ATTRIBUTES = "metaflow-user-attributes"


class S3Object:
    """A path or an object in S3, with a local copy where it was downloaded."""

    def __init__(self, root: str | None, url: str, found: dict[str, Any] | None = None, info: bool = True) -> None:
        found = found or {}
        self._url = url
        self._prefix = None if root is None or root == url else root
        self._key = url if self._prefix is None else url[len(self._prefix.rstrip("/")) + 1 :].rstrip("/")
        self._path: str | None = found.get("path")
        self._size: int | None = found.get("size")
        if not info:
            found = {}
        self._content_type: str | None = found.get("content_type")
        self._encryption: str | None = found.get("encryption")
        self._last_modified: float | None = found.get("last_modified")
        self._metadata: dict[str, Any] | None = None
        attributes = (found.get("metadata") or {}).get(ATTRIBUTES)
        if attributes is not None:
            import json

            self._metadata = json.loads(attributes)
        parts = found.get("range")
        self._range_info = RangeInfo(*parts) if parts else None

    @property
    def exists(self) -> bool:
        """Whether there is an object of this key."""
        return self._size is not None

    @property
    def downloaded(self) -> bool:
        """Whether there is a local copy: `path`, `blob` and `text`."""
        return bool(self._path)

    @property
    def url(self) -> str:
        """Where the object is in S3."""
        return self._url

    @property
    def prefix(self) -> str | None:
        """The prefix that was asked for, None for a full URL."""
        return self._prefix

    @property
    def key(self) -> str:
        """The key as it was asked for: a suffix of the prefix, or a full URL."""
        return self._key

    @property
    def path(self) -> str | None:
        """The local copy. It goes with the S3 object that got it."""
        return self._path

    @property
    def blob(self) -> bytes | None:
        """The content, None if the object was not downloaded."""
        if not self._path:
            return None
        with open(self._path, "rb") as f:
            return f.read()

    @property
    def text(self) -> str | None:
        """The content as UTF-8 text."""
        blob = self.blob
        return None if blob is None else blob.decode("utf-8", errors="replace")

    @property
    def size(self) -> int | None:
        """Bytes of the object, or of the part that was downloaded; None if there is no object."""
        return self._size

    @property
    def has_info(self) -> bool:
        """Whether `content_type`, `metadata`, `encryption` or `range_info` are known."""
        known = (self._content_type, self._metadata, self._range_info, self._encryption)
        return any(value is not None for value in known)

    @property
    def metadata(self) -> dict[str, Any] | None:
        """What the user stored with the object."""
        return self._metadata

    @property
    def content_type(self) -> str | None:
        return self._content_type

    @property
    def encryption(self) -> str | None:
        return self._encryption

    @property
    def range_info(self) -> Any:
        """Which part of the object was downloaded."""
        return self._range_info

    @property
    def last_modified(self) -> float | None:
        """When the object was written, in seconds since 1970."""
        return self._last_modified

    def __str__(self) -> str:
        if self._path:
            return f"<S3Object {self._url} ({self._size} bytes, local)>"
        if self._size:
            return f"<S3Object {self._url} ({self._size} bytes, in S3)>"
        return f"<S3Object {self._url} (object does not exist)>"

    def __repr__(self) -> str:
        return str(self)


S3Object.__module__ = _MODULE


def unlink(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass
