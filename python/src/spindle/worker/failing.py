"""Exceptions of the user's code: what is printed, what is stored, what the engine is told."""

from __future__ import annotations

import sys

from spindle.exception import MetaflowException, MetaflowExceptionWrapper
from spindle.worker.faults import place_of, trimmed_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_INDENT = "    "


def text_of(error: BaseException) -> str:
    """An exception's message, also of one whose own __str__ fails."""
    try:
        return str(error)
    except Exception as e:
        return f"<its text could not be made: {type(e).__name__}>"


def wrapped(error: BaseException) -> MetaflowExceptionWrapper:
    """The exception as it is stored."""
    wrapper = MetaflowExceptionWrapper()
    wrapper.exception = text_of(error)
    wrapper.type = f"{type(error).__module__}.{type(error).__name__}"
    wrapper.stacktrace = trimmed_text(error)
    return wrapper


def as_protocol(error: BaseException) -> dict[str, Any]:
    """The exception as the last message carries it."""
    place = place_of(error.__traceback__, sys.argv[0]) or ("", 0)
    name = type(error).__name__
    if isinstance(error, SystemExit):
        message = "the step called sys.exit(" + ("" if error.code is None else repr(error.code)) + ")"
    else:
        message = text_of(error)
    return {"type": name, "message": message, "traceback": trimmed_text(error), "file": place[0], "line": place[1]}


def report(flow: Any, error: BaseException, headline_only: bool = False) -> None:
    """Prints the failure on stderr: an error of the flow's language by its headline, any other with its traceback."""
    lines = [] if headline_only else [f"{_name(flow)} failed:"]
    if isinstance(error, MetaflowException):
        where = f" in file {error.source_file}" if error.source_file else ""
        where += f" on line {error.line_no}" if error.line_no else ""
        lines.append(f"{_INDENT}{error.headline}{where}:")
        lines += [_INDENT + line for line in str(error.message).splitlines()]
        lines.append("")
    else:
        if isinstance(error, SystemExit):
            lines.append(f"{_INDENT}{as_protocol(error)['message']}")
        else:
            lines.append(f"{_INDENT}Internal error")
        lines += [trimmed_text(error).rstrip("\n"), ""]
    sys.stderr.write("\n".join(lines) + "\n")


def _name(flow: Any) -> str:
    try:
        return str(flow)
    except Exception:
        # The item of the foreach could not be loaded or has no text.
        return f"<flow {flow.name} step {flow._current_step}>"
