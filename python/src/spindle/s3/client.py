"""S3: get, put, list and ask for objects, below a prefix or by full URL."""

from __future__ import annotations

import os

from spindle.s3.errors import MetaflowS3URLException, call
from spindle.s3.found import ATTRIBUTES, S3Object
from spindle.s3.putting import files, values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType
    from typing import Any

# How many objects a call names; more are several calls, so that no message grows too large.
_PER_CALL = 5000


class S3:
    """A connection to S3, and a temporary folder for what is downloaded, which goes with it.

    `S3(run=self)` works below a prefix of this run, `S3(s3root="s3://bucket/prefix")` below any, `S3()` with full URLs.
    """

    TYPE = "s3"

    def __init__(
        self,
        tmproot: str | None = None,
        bucket: str | None = None,
        prefix: str | None = None,
        run: Any = None,
        s3root: str | None = None,
        encryption: str | None = None,
        **kwargs: Any,
    ) -> None:
        from tempfile import mkdtemp

        for name in ("role", "session_vars", "client_params"):
            if kwargs.get(name):
                raise TypeError(f"S3({name}=…) is not supported by Spindle: choose a profile with AWS_PROFILE")
        self._s3root = _root(run, bucket, prefix, s3root)
        self._encryption = encryption
        self._tmproot = os.environ.get("METAFLOW_TEMPDIR", ".") if tmproot is None else tmproot
        self._tmpdir: str | None = os.path.abspath(mkdtemp(dir=self._tmproot, prefix="metaflow.s3."))

    @classmethod
    def get_root_from_config(cls, echo: Any, create_on_absent: bool = True) -> str | None:
        """Where `S3(run=…)` begins."""
        return call("s3_root", {})["root"] or None

    def __enter__(self) -> S3:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Removes what was downloaded."""
        if self._tmpdir is not None:
            from shutil import rmtree

            rmtree(self._tmpdir, ignore_errors=True)
            self._tmpdir = None

    def list_paths(self, keys: Iterable[str] | None = None) -> list[S3Object]:
        """The next level below the keys: objects, and prefixes, which do not `exist`."""
        return self._list([None] if keys is None else keys, False)

    def list_recursive(self, keys: Iterable[str] | None = None) -> list[S3Object]:
        """All objects below the keys."""
        return self._list([None] if keys is None else keys, True)

    def _list(self, keys: Iterable[Any], recursive: bool) -> list[S3Object]:
        urls = [self._url(key) for key in keys]
        if not recursive:
            urls = [url.rstrip("/") + "/" for url in urls]
        found = call("s3_list", {"urls": urls, "recursive": recursive}) if urls else []
        return [S3Object(o["prefix"], o["url"], o) for o in found]

    def info(self, key: str | None = None, return_missing: bool = False) -> S3Object:
        """What S3 knows of an object, without downloading it."""
        return self.info_many([key], return_missing)[0]  # type: ignore[list-item]

    def info_many(self, keys: Iterable[str], return_missing: bool = False) -> list[S3Object]:
        """What S3 knows of many objects."""
        found = []
        for urls in _batches([self._url(key) for key in keys]):
            found += call("s3_info", {"urls": urls, "missing": return_missing})
        return [S3Object(self._s3root, o["url"], None if o.get("missing") else o) for o in found]

    def get(self, key: Any = None, return_missing: bool = False, return_info: bool = True) -> S3Object:
        """Downloads an object, or the part of it that an S3GetObject names."""
        return self.get_many([key], return_missing, return_info)[0]

    def get_many(self, keys: Iterable[Any], return_missing: bool = False, return_info: bool = True) -> list[S3Object]:
        """Downloads many objects, in the order of the keys."""
        items = [
            {"url": self._url(key), "offset": getattr(key, "offset", None), "length": getattr(key, "length", None)}
            for key in keys
        ]
        found = []
        for batch in _batches(items):
            found += call("s3_get", {"dir": self._tmpdir, "items": batch, "missing": return_missing})
        return [S3Object(self._s3root, o["url"], None if o.get("missing") else o, return_info) for o in found]

    def get_recursive(self, keys: Iterable[Any], return_info: bool = False) -> list[S3Object]:
        """Downloads all objects whose keys begin so."""
        items = [{"url": self._url(key)} for key in keys]
        found = call("s3_get", {"dir": self._tmpdir, "items": items, "recursive": True}) if items else []
        return [S3Object(self._s3root if return_info else o["prefix"], o["url"], o, return_info) for o in found]

    def get_all(self, return_info: bool = False) -> list[S3Object]:
        """Downloads all objects below the prefix."""
        if self._s3root is None:
            raise MetaflowS3URLException("Can't get_all() when S3 is initialized without a prefix")
        return self.get_recursive([None], return_info)

    def put(
        self,
        key: Any,
        obj: Any,
        overwrite: bool = True,
        content_type: str | None = None,
        metadata: dict[str, str] | None = None,
    ) -> str:
        """Stores text, bytes or what a binary file holds, and returns the URL.

        Without `overwrite` an object that is there already stays as it is.
        """
        item = {"key": key, "content_type": content_type, "metadata": metadata}
        with values([(item, obj)], self._tmpdir) as paths:
            url = self._url(key)
            self._put([self._upload(url, paths[0], item)], overwrite)
        return url

    def put_many(self, key_objs: Iterable[Any], overwrite: bool = True) -> list[tuple[str, str]]:
        """Stores many: pairs of key and value, or S3PutObjects. Returns key and URL of those that were stored."""
        items = [_item(entry) for entry in key_objs]
        with values(((item, item["value"]) for item in items), self._tmpdir) as paths:
            return self._put_all(items, paths, overwrite)

    def put_files(self, key_paths: Iterable[Any], overwrite: bool = True) -> list[tuple[str, str]]:
        """Stores many files: pairs of key and path, or S3PutObjects. Returns key and URL of those that were stored."""
        items = [_item(entry, "path") for entry in key_paths]
        return self._put_all(items, files(items), overwrite)

    def _put_all(self, items: list[dict[str, Any]], paths: list[str], overwrite: bool) -> list[tuple[str, str]]:
        urls = [self._url(item["key"]) for item in items]
        uploads = [self._upload(url, path, item) for url, path, item in zip(urls, paths, items)]
        stored = {url for url, done in zip(urls, self._put(uploads, overwrite)) if done}
        return [(item["key"], url) for url, item in zip(urls, items) if url in stored]

    def _put(self, uploads: list[dict[str, Any]], overwrite: bool) -> list[bool]:
        done: list[bool] = []
        for batch in _batches(uploads):
            done += call("s3_put", {"items": batch, "overwrite": overwrite})
        return done

    def _upload(self, url: str, path: str, item: dict[str, Any]) -> dict[str, Any]:
        upload = {"url": url, "path": path, "content_type": item["content_type"] or ""}
        upload["encryption"] = self._encryption or ""
        if item["metadata"]:
            import json

            upload["metadata"] = {ATTRIBUTES: json.dumps(item["metadata"])}
        return upload

    def _url(self, key: Any) -> str:
        key = getattr(key, "key", key)
        if isinstance(key, bytes):
            key = key.decode("utf-8")
        if self._s3root is None:
            if isinstance(key, str) and key.startswith("s3://") and "/" in key[5:]:
                return key
            raise MetaflowS3URLException(_needs_url())
        if not key:
            return self._s3root
        if key.startswith("s3://"):
            raise MetaflowS3URLException(
                f"Don't use absolute S3 URLs when the S3 client is initialized with a prefix. URL: {key}"
            )
        return os.path.join(self._s3root, key.lstrip("/"))


S3.__module__ = "metaflow.plugins.datatools.s3.s3"


def _batches(items: list[Any]) -> Iterable[list[Any]]:
    return (items[i : i + _PER_CALL] for i in range(0, len(items), _PER_CALL))


def _item(entry: Any, what: str = "value") -> dict[str, Any]:
    """A pair, or an S3PutObject, as a mapping."""
    named = hasattr(entry, "key")
    return {
        "key": entry.key if named else entry[0],
        what: getattr(entry, what) if named else entry[1],
        "content_type": getattr(entry, "content_type", None),
        "metadata": getattr(entry, "metadata", None),
    }


def _needs_url() -> str:
    from spindle.running import current

    if current.is_running_flow:
        return (
            "Specify S3(run=self) when you use S3 inside a running flow. "
            "Otherwise you have to use S3 with full s3:// urls."
        )
    return "Initialize S3 with an 's3root' or 'run' if you don't want to specify full s3:// urls."


def _root(run: Any, bucket: str | None, prefix: str | None, s3root: str | None) -> str | None:
    """The prefix of all keys; None for full URLs."""
    if run:
        return _run_root(run, bucket, prefix)
    if not s3root:
        return None
    if isinstance(s3root, bytes):
        s3root = s3root.decode("utf-8")
    if not s3root.startswith("s3://"):
        raise MetaflowS3URLException("s3root needs to be an S3 URL prefixed with s3://.")
    return s3root.rstrip("/")


def _run_root(run: Any, bucket: str | None, prefix: str | None) -> str:
    from spindle.flowspec import FlowSpec
    from spindle.running import current

    configured = call("s3_root", {})["root"]
    if not configured:
        raise MetaflowS3URLException("DATATOOLS_S3ROOT is not configured when trying to use S3 storage")
    there, _, path = configured[len("s3://") :].partition("/")
    if isinstance(run, FlowSpec):
        if not current.is_running_flow:
            raise MetaflowS3URLException("Initializing S3 with a FlowSpec outside of a running flow is not supported.")
        parts = (current.flow_name, current.run_id)
    else:
        parts = (run.parent.id, run.id)
    below = os.path.join(prefix or path, *parts)  # type: ignore[arg-type]
    return "s3://" + os.path.join(bucket or there, below.strip("/"))
