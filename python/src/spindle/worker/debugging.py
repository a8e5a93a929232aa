"""The debugger at a failure, on the terminal of whoever spins the step (`spindle spin --pdb`)."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType


def wanted() -> bool:
    """Whether the engine asked for it."""
    return os.environ.get("SPINDLE_PDB") == "1"


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
