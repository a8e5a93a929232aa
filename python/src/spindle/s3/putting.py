"""What is to be stored, as files that the engine can read."""

from __future__ import annotations

import io
import os
from contextlib import contextmanager

from spindle.s3.errors import MetaflowS3InvalidObject, MetaflowS3NotFound
from spindle.s3.found import unlink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any


def files(items: Iterable[dict[str, Any]]) -> list[str]:
    """The absolute paths of files to store."""
    paths = []
    for item in items:
        if not os.path.exists(item["path"]):
            raise MetaflowS3NotFound(f"Local file not found: {item['path']}")
        paths.append(os.path.realpath(item["path"]))
    return paths


@contextmanager
def values(items: Iterable[tuple[dict[str, Any], Any]], folder: str | None) -> Iterator[list[str]]:
    """The values in files, in order; those made for it are removed in the end."""
    paths: list[str] = []
    made: list[str] = []
    try:
        for item, value in items:
            path = _own_file(value)
            if path is None:
                path = _written(item["key"], value, folder)
                made.append(path)
            paths.append(path)
        yield paths
    finally:
        for path in made:
            unlink(path)


def _own_file(value: Any) -> str | None:
    """The file that a value is, if it is one as it lies on the disk."""
    raw = getattr(value, "raw", value)
    if type(value) is not io.BufferedReader or not isinstance(raw, io.FileIO) or not isinstance(raw.name, str):
        return None
    try:
        path = os.path.realpath(raw.name)
        return path if os.path.samestat(os.fstat(raw.fileno()), os.stat(path)) and os.path.isfile(path) else None
    except (OSError, ValueError):
        return None


def _written(key: Any, value: Any, folder: str | None) -> str:
    from tempfile import NamedTemporaryFile

    key = getattr(key, "key", key)
    if isinstance(value, (io.RawIOBase, io.BufferedIOBase)):
        if not value.readable() or not value.seekable():
            raise MetaflowS3InvalidObject(f"Object corresponding to the key '{key}' is not readable or seekable")
    elif isinstance(value, str):
        value = value.encode("utf-8")
    elif not isinstance(value, bytes):
        raise MetaflowS3InvalidObject(f"Object corresponding to the key '{key}' is not a string or a bytes object.")
    with NamedTemporaryFile(dir=folder, delete=False, prefix="metaflow.s3.put.") as f:
        if isinstance(value, bytes):
            f.write(value)
        else:
            from shutil import copyfileobj

            value.seek(0)
            copyfileobj(value, f, 1 << 20)
    return os.path.abspath(f.name)
