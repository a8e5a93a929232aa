"""What the `MyFlow()` at the end of a flow file does.

In a worker it ends the import of the file: the flow is known now. Anywhere else it hands the process over to the
engine, so that `python flow.py run` is `spindle run flow.py`.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn

    from spindle.flowspec import FlowSpec


class FlowStarted(SystemExit):
    """Ends the import of a flow file at the point where the flow would run."""

    def __init__(self, flow: FlowSpec) -> None:
        super().__init__(0)
        self.flow = flow


# True in a worker while it imports a flow file.
importing = False


def begin(flow: FlowSpec) -> NoReturn:
    """Runs the flow, or tells the worker that imports it which flow it is."""
    if importing:
        raise FlowStarted(flow)
    main = sys.modules.get("__main__")
    if not getattr(main, "__file__", None) or hasattr(sys, "ps1"):
        from spindle.exception import MetaflowException

        raise MetaflowException(
            f"{type(flow).__name__} can only be run from a file: `spindle run flow.py` or `python flow.py run`"
        )
    binary = find_binary()
    if binary is None:
        sys.stderr.write(
            "The spindle command was not found, so the flow can not run. Install it with `pip install spindle-flow`, "
            "put it on the PATH, or set SPINDLE_BIN to its file.\n"
        )
        sys.exit(1)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(binary, [binary, "exec-flow", "--python", sys.executable, "--", sys.argv[0], *sys.argv[1:]])


def find_binary() -> str | None:
    """The engine's binary: SPINDLE_BIN, inside the package, beside the interpreter, on the PATH."""
    for path in _candidates():
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None


def _candidates() -> Iterator[str]:
    named = os.environ.get("SPINDLE_BIN")
    if named:
        yield named
    yield os.path.join(os.path.dirname(os.path.abspath(__file__)), "_bin", "spindle")
    yield os.path.join(os.path.dirname(sys.executable), "spindle")
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if folder:
            yield os.path.join(folder, "spindle")
