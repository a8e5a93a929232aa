"""A process lets itself be debugged by the notebook: debugpy's server in it connects to the kernel, its client.

Steps use this too, in the processes that run them. It needs the module debugpy.
"""

from __future__ import annotations

import os
import sys
import threading
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# The kernel's port and a secret: `40123 abc`.
VARIABLE = "SPINDLE_KERNEL_DEBUGGER"

_ahead = False  # what must be done once in a process has been done


def join(port: int, secret: str) -> Any:
    """Connects, and returns pydevd's debugger once the kernel has told what is set. Raises where nobody listens."""
    global _ahead
    debugpy, pydevd = _imported()
    if not _ahead:
        _ahead = True
        pydevd.PyDB.wait_for_ready_to_run = _until_ready
        os.register_at_fork(after_in_child=lambda: _let_go(pydevd))
    _bury(pydevd)
    debugpy.configure(subProcess=False)
    debugpy.connect(("127.0.0.1", port), access_token=secret)
    return pydevd.get_global_debugger()


def join_step(name: str) -> None:
    """Joins in a process that runs a step, if the notebook debugs. Without its kernel the step simply runs."""
    port, _, secret = os.environ.pop(VARIABLE, "").partition(" ")
    if not secret:
        return
    threading.current_thread().name = name
    try:
        join(int(port), secret)
    except ModuleNotFoundError:
        sys.stderr.write(f"This step is not debugged: {sys.executable} has no debugpy.\n")
    except (Exception, SystemExit):
        pass  # nobody debugs any more


def hide(thread: threading.Thread) -> None:
    """Lets a thread be none of the user's: it is not shown, and never stopped."""
    thread.pydev_do_not_trace = thread.is_pydev_daemon_thread = True  # type: ignore[attr-defined]


def _imported() -> tuple[Any, Any]:
    # Python's own modules are frozen, and the debugger would warn of that each time.
    variable = "PYDEVD_DISABLE_FILE_VALIDATION"
    mine = variable not in os.environ
    os.environ.setdefault(variable, "1")
    try:
        import debugpy  # type: ignore[import-not-found,unused-ignore]
        import debugpy.server.api  # type: ignore[import-not-found,unused-ignore]  # brings pydevd

        return debugpy, sys.modules["pydevd"]
    finally:
        if mine:
            os.environ.pop(variable, None)


def _bury(pydevd: Any) -> None:
    """Waits for the end of the debugger before, whose connection has ended: there is one at a time."""
    old = pydevd.get_global_debugger()
    while old is not None and pydevd.get_global_debugger() is old:
        old.dispose_and_kill_all_pydevd_threads()
        time.sleep(0.005)


def _until_ready(debugger: Any) -> None:
    """Waits until the kernel has told what is set, or is gone: pydevd itself would wait for ever."""
    while not debugger.ready_to_run and not debugger.pydb_disposed:
        debugger.process_internal_commands()
        debugger._py_db_command_thread_event.clear()
        debugger._py_db_command_thread_event.wait(0.01)


def _let_go(pydevd: Any) -> None:
    """In a child made by os.fork, where no thread is left that could be told to go on."""
    sys.settrace(None)
    threading.settrace(None)
    debugger = pydevd.get_global_debugger()
    if debugger is not None:
        debugger.pydb_disposed = True
