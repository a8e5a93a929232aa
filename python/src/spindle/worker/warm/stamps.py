"""What an import depends on: the files it has read, and whether it did what can't be seen in files."""

from __future__ import annotations

import os
import sys
import time

from spindle.worker.faults import is_library

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    Stamp = tuple[int, int, int] | None

# What makes an import depend on more than files.
_OUTSIDE = frozenset(("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "socket.connect"))
# The system's clock for files is coarse; and a file may be saved while it is read.
_MARGIN = 20_000_000


class Watch:
    """Notes what an import reads. An audit hook can't be taken away, so it is told when to listen."""

    def __init__(self) -> None:
        self.listening = False
        self.files: set[str] = set()
        self.folders: set[str] = set()
        self.outside = ""  # the first thing it did that no file tells of
        self.environment = False  # the project's own code has set variables, which libraries may read
        self.began = 0
        self._hooked = False

    def __enter__(self) -> Watch:
        self.files, self.folders, self.outside, self.environment = set(), set(), "", False
        self.began = time.time_ns()
        if not self._hooked:
            sys.addaudithook(self._heard)
            self._hooked = True
        self.listening = True
        return self

    def __exit__(self, *_: object) -> None:
        self.listening = False

    def _heard(self, event: str, args: tuple[Any, ...]) -> None:
        if not self.listening:
            return
        if event == "open":
            if isinstance(args[0], (str, bytes)) and args[2] & os.O_ACCMODE == os.O_RDONLY:
                self.files.add(os.fsdecode(args[0]))
        elif event in ("os.listdir", "os.scandir"):
            if isinstance(args[0], (str, bytes)) and not is_library(sys._getframe(1).f_code.co_filename):
                self.folders.add(os.fsdecode(args[0]))
        elif event in ("os.putenv", "os.unsetenv"):
            self.environment = self.environment or _by_user(sys._getframe(1))
        elif event in _OUTSIDE and not self.outside and _by_user(sys._getframe(1)):
            self.outside = event


def _by_user(frame: FrameType | None) -> bool:
    """Whether the user's code does something, and not a library while it is imported."""
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith("<frozen importlib") or frame.f_globals.get("__name__") == "spindle.worker.hazards":
            return False
        if not is_library(file):
            return True
        frame = frame.f_back
    return False


class Stamps:
    """The files an import was made of, as they were."""

    def __init__(self) -> None:
        self.files: dict[str, Stamp] = {}
        self.folders: dict[str, Stamp] = {}
        self.names: dict[str, list[str]] = {}  # what could be imported, in the folders of the project's modules

    @classmethod
    def taken(cls, watch: Watch, files: list[str]) -> Stamps | None:
        """Those of an import that has just ended; None when one was saved meanwhile."""
        stamps = cls()
        read = {os.path.abspath(file) for file in watch.files}
        for file in {*files, *(file for file in read if _counts(file))}:
            stamps.files[file] = stamp(file)
        for folder in {os.path.abspath(folder) for folder in watch.folders}:
            stamps.folders[folder] = stamp(folder)
        for folder in {os.path.dirname(file) for file in files}:
            stamps.names[folder] = importable(folder)
        latest = max((s[0] for s in (*stamps.files.values(), *stamps.folders.values()) if s), default=0)
        return stamps if latest < watch.began - _MARGIN else None

    def fresh(self) -> bool:
        """Whether everything is as it was."""
        return (
            all(stamp(file) == was for file, was in self.files.items())
            and all(stamp(folder) == was for folder, was in self.folders.items())
            and all(importable(folder) == was for folder, was in self.names.items())
        )

    def fields(self) -> dict[str, Any]:
        return vars(self)

    @classmethod
    def of(cls, fields: dict[str, Any]) -> Stamps:
        """The inverse of `fields`, after JSON made lists of tuples."""
        stamps = cls()
        stamps.files = {file: None if s is None else tuple(s) for file, s in fields["files"].items()}
        stamps.folders = {folder: None if s is None else tuple(s) for folder, s in fields["folders"].items()}
        stamps.names = fields["names"]
        return stamps


def _counts(file: str) -> bool:
    return not is_library(file) and not file.endswith(".pyc") and not file.startswith(("/proc/", "/sys/", "/dev/"))


def stamp(file: str) -> Stamp:
    """What identifies a file's content without reading it."""
    try:
        info = os.stat(file)
    except OSError:
        return None
    return info.st_mtime_ns, info.st_size, info.st_ino


def importable(folder: str) -> list[str]:
    """The names in a folder that an import could find: modules, and what may be a package."""
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return sorted(n for n in names if n.endswith((".py", ".so")) or ("." not in n and n != "__pycache__"))
