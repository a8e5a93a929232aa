"""What S3 calls raise."""

from __future__ import annotations

from spindle.exception import MetaflowException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class MetaflowS3InvalidObject(MetaflowException):
    headline = "Not a string-like object"


class MetaflowS3URLException(MetaflowException):
    headline = "Invalid address"


class MetaflowS3Exception(MetaflowException):
    headline = "S3 access failed"


class MetaflowS3NotFound(MetaflowException):
    headline = "S3 object not found"


class MetaflowS3AccessDenied(MetaflowException):
    headline = "S3 access denied"


class MetaflowS3InvalidRange(MetaflowException):
    headline = "S3 invalid range"


class MetaflowS3InsufficientDiskSpace(MetaflowException):
    headline = "Insufficient disk space"


_KINDS: dict[str, type[MetaflowException]] = {
    "s3_not_found": MetaflowS3NotFound,
    "s3_denied": MetaflowS3AccessDenied,
    "s3_range": MetaflowS3InvalidRange,
    "s3_url": MetaflowS3URLException,
    "s3_disk": MetaflowS3InsufficientDiskSpace,
}

for _class in (*_KINDS.values(), MetaflowS3InvalidObject, MetaflowS3Exception):
    _class.__module__ = "metaflow.plugins.datatools.s3.s3"
del _class


def call(name: str, args: dict[str, Any]) -> Any:
    """Makes a store call, and raises what its refusal means."""
    from spindle import store

    try:
        return store.call(name, args)
    except store.StoreError as e:
        raise _KINDS.get(e.kind, MetaflowS3Exception)(e.message) from None
