"""What the files are that mutators add to a code package."""

from __future__ import annotations

from enum import IntEnum


class ContentType(IntEnum):
    """Where a file goes: beside the flow's, among the libraries (as a file or as a module), or among the notes."""

    USER_CONTENT = 1
    CODE_CONTENT = 2
    MODULE_CONTENT = 4
    OTHER_CONTENT = 8
    ALL_CONTENT = 15


__all__ = ["ContentType"]
