"""Where a task's values go: pickled straight into files that the engine takes over.

Small values share one file in memory. A value that grows beyond a limit, or that memory has no room for, moves to a
file of its own on the store's disk while it is being pickled.
"""

from __future__ import annotations

import errno
import os
import pickle

from spindle.serial import ENCODING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Above this size a value gets its own file in the spill folder.
LARGE = 64 << 20
_COPY = 1 << 20


class Sink:
    """The result files of one task."""

    def __init__(self, scratch: str, spill: str, stem: str, large: int = LARGE) -> None:
        self._scratch, self._spill, self._stem, self._large = scratch, spill, stem, large
        self._path = os.path.join(scratch, stem)
        self._fd: int | None = None
        self._end = 0  # of the shared file
        self._spilled = 0
        # Of the value being written:
        self._held: list[bytes] = []  # not yet in a file
        self._size = 0
        self._own: tuple[int, str] | None = None  # its own file, once it has one

    def put(self, name: str, value: Any) -> dict[str, Any]:
        """Pickles a value and returns the artifact entry for it. On an error nothing of the value stays."""
        self._held, self._size, self._own = [], 0, None
        try:
            if _estimate(value) > self._large:
                self._move()
            # The pickler keeps what it has seen alive; a new one per value lets go of it.
            pickle.Pickler(self, 4).dump(value)
            file, offset = self._finish()
        except BaseException:
            self._undo()
            raise
        return {
            "name": name,
            "type": str(type(value)),
            "encoding": ENCODING,
            "file": file,
            "offset": offset,
            "size": self._size,
        }

    def write(self, data: Any) -> int:
        """Takes bytes from the pickler."""
        count = memoryview(data).nbytes
        if self._own is None and self._size + count > self._large:
            self._move()
        self._size += count
        if self._own is not None:
            _write(self._own[0], data)
        elif count < _COPY and isinstance(data, bytes):
            self._held.append(data)
            if self._size > _COPY and len(self._held) > 1:
                self._flush()
        else:
            self._flush()
            self._write_shared(data)
        return count

    def _flush(self) -> None:
        held, self._held = b"".join(self._held), []
        if held:
            self._write_shared(held)

    def _write_shared(self, data: Any) -> None:
        if self._own is not None:
            _write(self._own[0], data)
            return
        try:
            if self._fd is None:
                self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            _write(self._fd, data)
        except OSError as e:
            if e.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise
            count = memoryview(data).nbytes
            self._size -= count
            self._move()
            self._size += count
            assert self._own is not None
            _write(self._own[0], data)

    def _move(self) -> None:
        """Gives the value its own file and takes there what has been written of it."""
        path = os.path.join(self._spill, f"{self._stem}-{self._spilled}")
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self._spilled += 1
        self._own = (fd, path)
        written = self._size - sum(len(part) for part in self._held)
        if self._fd is not None:
            at = self._end
            while at < self._end + written:
                chunk = os.pread(self._fd, min(_COPY, self._end + written - at), at)
                _write(fd, chunk)
                at += len(chunk)
            os.ftruncate(self._fd, self._end)
            os.lseek(self._fd, self._end, os.SEEK_SET)
        self._flush()

    def _finish(self) -> tuple[str, int]:
        self._flush()
        if self._own is not None:
            fd, path = self._own
            os.close(fd)
            self._own = None
            return path, 0
        offset, self._end = self._end, self._end + self._size
        return self._path, offset

    def _undo(self) -> None:
        self._held = []
        if self._own is not None:
            os.close(self._own[0])
            os.unlink(self._own[1])
            self._own = None
        if self._fd is not None:
            os.ftruncate(self._fd, self._end)
            os.lseek(self._fd, self._end, os.SEEK_SET)

    def close(self) -> None:
        """Closes the shared file."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def _write(fd: int, data: Any) -> None:
    view = memoryview(data).cast("B")
    while view:
        view = view[os.write(fd, view) :]


def _estimate(value: Any) -> int:
    """A lower bound of a value's pickled size that costs nothing to find."""
    if isinstance(value, (bytes, bytearray, str)):
        return len(value)
    size = getattr(type(value), "nbytes", None)
    if size is not None:
        try:
            return int(value.nbytes)
        except Exception:
            return 0
    return 0
