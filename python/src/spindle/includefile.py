"""IncludeFile: a parameter whose value is the content of a file, stored once when the run starts."""

from __future__ import annotations

from spindle.exception import MetaflowException
from spindle.parameters import Parameter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class IncludedFile:
    """A stored file: what the artifact of an IncludeFile holds. The descriptor says where and how it is stored."""

    def __init__(self, descriptor: dict[str, Any]) -> None:
        self._descriptor = descriptor
        self._cached_size: int | None = None

    @property
    def descriptor(self) -> dict[str, Any]:
        """Where the file is: `type`, `sub-type`, `url`, `is_text`, `encoding`, `size`."""
        return self._descriptor

    @property
    def size(self) -> int:
        """Bytes of the file as it was given."""
        if self._cached_size is None:
            size = self._descriptor.get("size")
            self._cached_size = len(self._raw("the file")) if size is None else int(size)
        return self._cached_size

    def decode(self, name: str, var_type: str = "Artifact") -> str | bytes:
        """The content: text or bytes, as the IncludeFile said."""
        raw = self._raw(f"{var_type} {name!r}")
        if not self._descriptor.get("is_text", True):
            return raw
        import io

        try:
            return io.TextIOWrapper(io.BytesIO(raw), encoding=self._descriptor.get("encoding") or "utf-8").read()
        except (UnicodeError, LookupError) as e:
            raise MetaflowException(f"{var_type} {name!r} is not the text it is said to be: {e}") from e

    def _raw(self, what: str) -> bytes:
        from spindle import serial, store

        try:
            return serial.read(store.call("include_read", {"descriptor": self._descriptor}))
        except store.StoreError as e:
            raise MetaflowException(f"{what} can not be loaded: {e}") from e


IncludedFile.__module__ = "metaflow.includefile"


class _FilePath:
    """The type of an IncludeFile on the command line."""

    name = "path"

    def __repr__(self) -> str:
        return "FilePath"


class IncludeFile(Parameter):
    """A parameter that takes a path and gives the steps the file's content: text, or bytes with `is_text=False`.

    `parser` makes something else of the content: a function, or the dotted name of one.
    """

    def __init__(
        self,
        name: str,
        required: bool | None = None,
        is_text: bool | None = None,
        encoding: str | None = None,
        help: str | None = None,
        parser: str | Callable[[Any], Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name, required=required, help=help, type=_FilePath(), **kwargs)
        self.is_text = is_text is None or is_text
        self.encoding = encoding or "utf-8"
        self._parser = parser

    def load(self, value: Any) -> Any:
        if not isinstance(value, IncludedFile):
            return value
        content = value.decode(self.name, "Parameter")
        if self._parser is None:
            return content
        try:
            return _function(self._parser)(content)
        except Exception as e:
            raise MetaflowException(f"The parser of the parameter {self.name!r} failed: {type(e).__name__}: {e}") from e


IncludeFile.__module__ = "metaflow.includefile"


def _function(parser: str | Callable[[Any], Any]) -> Callable[[Any], Any]:
    if not isinstance(parser, str):
        return parser
    from importlib import import_module

    module, _, name = (f"metaflow{parser}" if parser.startswith(".") else parser).rpartition(".")
    return getattr(import_module(module), name)  # type: ignore[no-any-return]
