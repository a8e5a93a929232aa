"""What a step shows when a cell of a notebook spins it: display() and plots go to the cell, over the task's channel."""

from __future__ import annotations

import builtins
import faulthandler
import importlib
import importlib.util
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

VARIABLE = "SPINDLE_NOTEBOOK"
_BACKEND = "module://spindle.worker.figures"


def wanted() -> bool:
    """Whether the engine spins for a notebook."""
    return os.environ.get(VARIABLE) == "1"


def prepare() -> None:
    """Imports, to be shared by forks, what showing the plots of a flow that has matplotlib will need."""
    if "matplotlib.pyplot" in sys.modules:
        importlib.import_module("spindle.worker.figures")


def install() -> None:
    """Makes display() and plots show in the cell; and a crash say where it was."""
    faulthandler.enable()
    from spindle.kernel.showing import Shower

    shower = Shower(_Channel())
    builtins.display = shower.display  # type: ignore[attr-defined]
    builtins.clear_output = shower.clear_output  # type: ignore[attr-defined]
    matplotlib: Any = sys.modules.get("matplotlib")
    if matplotlib is not None:
        matplotlib.use(_BACKEND)
    else:
        os.environ["MPLBACKEND"] = _BACKEND
    if "IPython.core.interactiveshell" in sys.modules:
        _take_ipython()
    else:
        sys.meta_path.insert(0, _Finder())


def finish() -> None:
    """Shows the plots that the body has left open, as a cell's end does."""
    figures = sys.modules.get("spindle.worker.figures")
    if figures is not None:
        figures.show()


class _Channel:
    """Shows by a call of the engine. It is answered when the cell has it, so that what is printed next comes after."""

    def publish(self, kind: str, content: Any, metadata: Any = None, buffers: Any = ()) -> None:
        from spindle.kernel.channel import plain
        from spindle.worker import channel

        sys.stdout.flush()
        sys.stderr.flush()
        _await_reader()
        channel.call("notebook_show", {"kind": kind, "content": plain(content)})


def _await_reader() -> None:
    """Waits until the engine has taken what was printed before."""
    import fcntl
    import struct
    import termios
    import time

    for fd in (1, 2):
        try:
            for _ in range(1000):
                if struct.unpack("i", fcntl.ioctl(fd, termios.FIONREAD, b"\0\0\0\0"))[0] == 0:
                    break
                time.sleep(0.001)
        except OSError:
            pass  # not a pipe: the step has put something else there


class _Finder:
    """Notices that IPython's shell is imported: its display() asks the shell."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name != "IPython.core.interactiveshell":
            return None
        sys.meta_path.remove(self)
        spec: Any = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            return spec
        run = spec.loader.exec_module

        def exec_module(module: Any) -> None:
            run(module)
            _take_ipython(module)

        spec.loader.exec_module = exec_module
        return spec


def _take_ipython(module: Any = None) -> None:
    """Gives IPython's display() a shell that has no more than the display."""
    module = module or sys.modules["IPython.core.interactiveshell"]
    base: Any = importlib.import_module("IPython.core.displaypub").DisplayPublisher
    events: Any = importlib.import_module("IPython.core.events")
    formatter: Any = importlib.import_module("IPython.core.formatters").DisplayFormatter
    channel = _Channel()

    class Publisher(base):  # type: ignore[misc]
        """Shows in the cell."""

        def publish(
            self, data: Any, metadata: Any = None, *_: Any, transient: Any = None, update: bool = False, **__: Any
        ) -> None:
            content = {"data": data, "metadata": metadata or {}, "transient": transient or {}}
            channel.publish("update_display_data" if update else "display_data", content)

        def clear_output(self, wait: bool = False) -> None:
            channel.publish("clear_output", {"wait": bool(wait)})

    cls = module.InteractiveShell
    shell = cls.__new__(cls)
    shell.display_formatter, shell.display_pub = formatter(), Publisher()
    shell.events = events.EventManager(shell, events.available_events)  # packages register there for the end of a cell
    cls._instance = shell
