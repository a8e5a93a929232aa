"""Debuggers for whoever spins a step: pdb at a failure on the terminal (`spindle spin --pdb`), or an IDE that attaches
(`--debugpy PORT`).
"""

from __future__ import annotations

import os
import sys

from spindle.worker.faults import FlowError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

# The step to debug and the port to listen on: `train 5678`.
_ATTACH = "SPINDLE_DEBUGPY"


def wanted() -> bool:
    """Whether the engine asked for pdb."""
    return os.environ.get("SPINDLE_PDB") == "1"


def check(options: dict[str, Any]) -> None:
    """Refuses a debugger that is not there. Raises FlowError."""
    if options.get("debugger") != "debugpy":
        return
    import importlib.util

    if importlib.util.find_spec("debugpy") is None:
        raise FlowError(
            "debugger",
            "--debugpy needs the module debugpy, which this flow's interpreter has not. To install it:\n"
            f"    {sys.executable} -m pip install debugpy",
        )


def await_debugger(step: str, task: str, node: int) -> None:
    """Waits until an IDE has attached and set its breakpoints, if the engine asked for that. Of a parallel step it is
    the first node that waits. A notebook that debugs attaches to every task.
    """
    if "SPINDLE_KERNEL_DEBUGGER" in os.environ:
        from spindle.kernel.joining import join_step

        join_step(f"{step}/{task}")
    wanted_step, _, port = os.environ.get(_ATTACH, "").partition(" ")
    if wanted_step != step or node:
        return
    # Python's own modules are frozen, and the debugger would warn of that each time.
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    import debugpy  # type: ignore[import-not-found,unused-ignore]

    try:
        host, number = debugpy.listen(("127.0.0.1", int(port)))
    except (RuntimeError, OSError) as e:
        raise RuntimeError(f"debugpy can not listen on port {port}: {e}") from None
    sys.stderr.write(f"Waiting for a debugger to attach to {host}:{number} (process {os.getpid()}).\n")
    debugpy.wait_for_client()


def post_mortem(error: BaseException) -> None:
    """Opens pdb where the step failed. The task's output is a pipe, so it talks to the terminal itself, and takes the
    terminal for as long as it does.
    """
    import pdb
    import signal

    trace = _own(error.__traceback__)
    if trace is None:
        return
    before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    try:
        with open("/dev/tty") as reading, open("/dev/tty", "w") as writing:
            owner = os.tcgetpgrp(reading.fileno())
            os.tcsetpgrp(reading.fileno(), os.getpgrp())
            try:
                writing.write(f"{type(error).__name__}: {error}\n")
                debugger = pdb.Pdb(stdin=reading, stdout=writing, nosigint=True)
                debugger.use_rawinput = False
                debugger.reset()
                debugger.interaction(None, trace)
            finally:
                os.tcsetpgrp(reading.fileno(), owner)
    except OSError:
        pass  # no terminal any more
    finally:
        signal.signal(signal.SIGTTOU, before)


def _own(trace: TracebackType | None) -> TracebackType | None:
    """The traceback from the user's first frame on."""
    sdk = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
    while trace is not None and os.path.abspath(trace.tb_frame.f_code.co_filename).startswith(sdk):
        trace = trace.tb_next
    return trace
