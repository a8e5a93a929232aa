"""How a worker process ends: as an interpreter would for the user's code, and at once for everything else.

A forked task shares with the server what the flow's import set up, so what the import wants undone at exit belongs to
one process only. An exit handler that removes something (a temporary folder) runs when the server ends; any other runs
at the end of each task, as it would in an interpreter of its own.
"""

from __future__ import annotations

import atexit
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

# Modules whose functions, registered as exit handlers, undo something outside of the process.
_REMOVERS = frozenset(("shutil", "os", "posix", "tempfile", "pathlib"))


class ExitHandlers:
    """Sorts the exit handlers registered while the flow is imported."""

    def __init__(self) -> None:
        self._removers: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = []
        self._register = atexit.register

    def watch(self) -> None:
        """Begins to look at registrations."""

        def register(func: Callable[..., Any], *args: Any, **kwargs: Any) -> Callable[..., Any]:
            if getattr(func, "__module__", None) in _REMOVERS:
                self._removers.append((func, args, kwargs))
            return self._register(func, *args, **kwargs)

        atexit.register = register  # type: ignore[assignment]

    def unwatch(self) -> None:
        """Ends it."""
        atexit.register = self._register

    def enter_child(self) -> None:
        """In a forked task: leaves to the server what is the server's."""
        for func, _, _ in self._removers:
            atexit.unregister(func)
        self._removers.clear()
        finalize = self._finalize()
        if finalize is not None:
            for one in list(finalize._registry):
                one.atexit = False

    def run_deferred(self) -> None:
        """In the server, at its end: removes what the import wanted removed."""
        for func, args, kwargs in reversed(self._removers):
            try:
                func(*args, **kwargs)
            except Exception:
                print_last_words()
        finalize = self._finalize()
        if finalize is not None:
            finalize._exitfunc()

    @staticmethod
    def _finalize() -> Any:
        weakref = sys.modules.get("weakref")
        return getattr(weakref, "finalize", None)


def flush() -> None:
    """Writes out what was printed. A stream that the user's code has closed or removed becomes one that goes nowhere:
    whatever is still to be printed must not fail anything.
    """
    for name in ("stdout", "stderr"):
        try:
            getattr(sys, name).flush()
        except (AttributeError, ValueError):
            # Its descriptor may be free; the next file to be opened must not get what is meant for the log.
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
        except OSError:
            pass


def print_last_words() -> None:
    """Prints the exception being handled; the streams may be gone already."""
    try:
        import traceback

        traceback.print_exc()
    except Exception:
        pass


def leave(code: int, user_handlers: bool = True, farewell: Callable[[], None] | None = None) -> NoReturn:
    """Ends the process: joins threads, runs exit handlers, flushes, and skips the interpreter's own slow end. The
    farewell is the last thing that is done.
    """
    try:
        if user_handlers:
            threading = sys.modules.get("threading")
            if threading is not None:
                threading._shutdown()
            atexit._run_exitfuncs()
    except BaseException:
        print_last_words()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass
    if farewell is not None:
        try:
            farewell()
        except Exception:
            pass  # who was to hear it sees the process end
    os._exit(code)
