"""The debugger of plain cells: when a frontend wants it what they run can be stopped, looked at, stepped through."""

from __future__ import annotations

import importlib.util
import sys
import threading

from spindle.kernel import joining
from spindle.kernel.exploring import Explorer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from spindle.kernel.channel import Message

# pydevd's number for a thread that runs.
_RUN = 1


def available() -> bool:
    """Whether this environment has what a debugger needs."""
    return importlib.util.find_spec("debugpy") is not None


class Debugged:
    """Whether and how the process is debugged."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._explorer = Explorer(shell)
        self._joined = False
        self._traces = False  # something of the last debugger may be left in the main thread
        self._stopped: Any = None  # pydevd's notes of the main thread, while that is stopped
        self._broken = False  # by an interrupt, while stopped

    def knows(self, question: str) -> bool:
        """Whether a question is for this."""
        return question in ("debug", "forgo") or self._explorer.knows(question)

    def answer(self, message: Message, later: Callable[[Message], None]) -> Message | None:
        """Answers a question; None when the answer comes later."""
        if message["type"] == "debug":
            # It comes when a frontend has attached, and questions must be answered until then.
            thread = threading.Thread(target=self._join, args=(message, later), name="spindle-debugger", daemon=True)
            joining.hide(thread)
            thread.start()
            return None
        if message["type"] == "forgo":
            self._joined = False
            self._shell.debugged(False)
            return {}
        return self._explorer.answer(message)

    def _join(self, message: Message, later: Callable[[Message], None]) -> None:
        for thread in threading.enumerate():
            if thread.name in ("spindle-questions", "IPythonHistorySavingThread"):
                joining.hide(thread)
        reply: Message = {}
        try:
            debugger = joining.join(message["port"], message["secret"])
            if debugger is not None:
                self._watch(debugger)
                self._shell.debugged(True)
                self._joined = self._traces = True
        except (Exception, SystemExit) as e:
            reply = {"failed": f"debugpy does not start: {type(e).__name__}: {e}"}
        later(reply)

    def _watch(self, debugger: Any) -> None:
        """Lets an interrupt end what is stopped: where pydevd waits, nothing may be raised but at the end of it."""
        wait: Any = debugger.do_wait_suspend
        main: Any = threading.main_thread()

        def do_wait_suspend(thread: Any, *args: Any, **kwargs: Any) -> None:
            if thread is not main:
                wait(thread, *args, **kwargs)
                return
            self._stopped, self._broken = thread.additional_info, False
            try:
                wait(thread, *args, **kwargs)
            finally:
                self._stopped = None
            if self._broken:
                raise KeyboardInterrupt

        debugger.do_wait_suspend = do_wait_suspend

    def break_off(self) -> bool:
        """Called by the handler of SIGINT. Whether the main thread is stopped, and will be interrupted by this."""
        info = self._stopped
        if info is None or self._broken:
            return False
        self._broken = True
        info.pydev_step_cmd, info.pydev_step_stop, info.pydev_state = -1, None, _RUN
        return True

    def enter(self) -> None:
        """Called in the main thread before a cell: an interrupt ends tracing, and who debugs no longer need not pay."""
        if self._joined:
            sys.modules["debugpy"].trace_this_thread(True)
        elif self._traces:
            self._traces = False
            sys.modules["pydevd"].stoptrace()
