"""Faults of a flow file, as the engine reports them: what is wrong, and where."""

from __future__ import annotations

import os
import sys

from spindle.exception import InvalidDecoratorAttribute, MetaflowException, ParameterFieldFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

_SDK = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_ALIAS = os.path.join(os.path.dirname(os.path.dirname(_SDK)), "metaflow") + os.sep
# The folder of the standard library, and those of installed packages.
_LIBRARY = os.path.dirname(os.__file__) + os.sep


class FlowError(Exception):
    """Why a flow can not be described; the fields are those of the protocol's `error`."""

    def __init__(self, kind: str, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.more = fields

    def fields(self) -> dict[str, Any]:
        return {"kind": self.kind, "message": self.message, **{k: v for k, v in self.more.items() if v is not None}}


def is_library(file: str) -> bool:
    """Whether a file belongs to Python, an installed package or the SDK, and not to the user."""
    return file.startswith((_LIBRARY, _SDK, _ALIAS, "<")) or "site-packages" in file or "dist-packages" in file


def place_of(tb: TracebackType | None, source: str) -> tuple[str, int] | None:
    """File and line of the innermost frame of the user's own code."""
    found = None
    while tb is not None:
        file = tb.tb_frame.f_code.co_filename
        if file == source or not is_library(file):
            found = (file, tb.tb_lineno)
        tb = tb.tb_next
    return found


def line_at(file: str, line: int) -> str:
    """A line of a file without its end, empty when it can't be read."""
    import linecache

    try:
        return linecache.getline(file, line).rstrip("\r\n")
    except (SyntaxError, UnicodeError):
        return ""  # its encoding is unknown


def located(file: str, line: int) -> dict[str, Any]:
    """The fields that point at a line: at its first character that is no space."""
    text = line_at(file, line)
    return {"file": file, "line": line, "column": len(text) - len(text.lstrip()) + 1, "text": text}


def syntax_fault(e: SyntaxError | ValueError, source: str) -> FlowError:
    """The fault of a file that is not Python."""
    if not isinstance(e, SyntaxError):
        return FlowError("syntax", str(e), file=source, line=1, column=1)
    file = e.filename or source
    line = e.lineno or 1
    text = (e.text or line_at(file, line)).rstrip("\r\n")
    return FlowError("syntax", e.msg or "invalid syntax", file=file, line=line, column=max(e.offset or 1, 1), text=text)


def import_fault(e: BaseException, source: str) -> FlowError:
    """The fault of a file whose import raised."""
    place = place_of(e.__traceback__, source)
    where = located(*place) if place else {"file": source}
    if isinstance(e, SyntaxError) and not (place and place[0] == e.filename and e.lineno is None):
        return syntax_fault(e, source)
    if isinstance(e, SystemExit):
        code = "" if e.code is None else repr(e.code)
        return FlowError("exit", f"the file called sys.exit({code}) while it was imported", **where)
    if isinstance(e, MetaflowException):
        if e.source_file:
            where = located(e.source_file, e.line_no or 1)
        return FlowError(_kind_of(e), str(e.message), **where)
    fields: dict[str, Any] = {**where, "traceback": trimmed_text(e), "executable": sys.executable}
    if isinstance(e, ImportError) and e.name in ("spindle", "metaflow") and not isinstance(e, ModuleNotFoundError):
        del fields["traceback"]  # the line says it all
        return FlowError("import", _unknown_name(e), **fields)
    if isinstance(e, ModuleNotFoundError) and e.name:
        fields["module"] = e.name
        if not e.name.startswith("metaflow."):
            return FlowError("import", f"No module named {e.name!r} in {sys.executable}", **fields)
    if isinstance(e, KeyboardInterrupt):
        return FlowError("import", "interrupted", **fields)
    if isinstance(e, NameError) and (message := _starred(e, where["file"])):
        del fields["traceback"]
        return FlowError("import", message, **fields)
    text = str(e)
    name = type(e).__name__
    return FlowError("import", f"{name}: {text}" if text else name, **fields)


def _unknown_name(e: ImportError) -> str:
    """The message of `from metaflow import x` for an x that is not there, with the nearest name that is."""
    import difflib
    import re

    import spindle

    found = re.search("cannot import name '([^']+)'", str(e))
    if not found:
        return str(e)
    close = difflib.get_close_matches(found[1], spindle.__all__, 1)
    return f"{e.name} has no {found[1]!r}" + (f"; did you mean {close[0]!r}?" if close else "")


def _starred(e: NameError, file: str) -> str:
    """The message of a name that `from metaflow import *` brings in Metaflow and not yet here, empty for any other."""
    import re

    import spindle

    found = re.search("name '([^']+)' is not defined", str(e))
    if not found or found[1] not in spindle._LATER:
        return ""
    try:
        with open(file, encoding="utf-8", errors="replace") as source:
            starred = re.search(r"^\s*from\s+(metaflow|spindle)\s+import\s+\*", source.read(), re.M)
    except OSError:
        return ""
    return spindle._not_yet(found[1]) if starred else ""


def decorator_fault(e: MetaflowException, cls: type, source: str) -> FlowError:
    """The fault of declarations that were found wrong after the import; they know their own place where they can."""
    file, line = e.source_file, e.line_no
    if not file:
        file, line = source, line or class_line(cls)
    return FlowError(_kind_of(e), str(e.message), **located(file, line or 1))


def _kind_of(e: MetaflowException) -> str:
    if isinstance(e, (InvalidDecoratorAttribute,)) or getattr(e, "kind", "") == "decorator":
        return "decorator"
    if getattr(e, "kind", "") == "config":
        return "config"
    if isinstance(e, ParameterFieldFailed) or getattr(e, "kind", "") == "parameter":
        return "parameter"
    return "import"


def class_line(cls: type) -> int:
    """The line a class statement stands on, as well as it can be found without parsing."""
    module: Any = sys.modules.get(cls.__module__)
    file = getattr(module, "__file__", None)
    if file:
        import linecache

        for number, text in enumerate(linecache.getlines(file), 1):
            words = text.replace("(", " ").replace(":", " ").split()
            if words[:2] == ["class", cls.__name__]:
                return number
    return 1


def trimmed(tb: TracebackType | None) -> TracebackType | None:
    """A traceback from its first frame outside of the SDK; whole if there is none."""
    at = tb
    while at is not None and at.tb_frame.f_code.co_filename.startswith(_SDK):
        at = at.tb_next
    return at or tb


def trimmed_text(e: BaseException) -> str:
    """The traceback of an exception as Python prints it, without the frames of the worker above the user's code."""
    import traceback

    return "".join(traceback.format_exception(type(e), e, trimmed(e.__traceback__)))
