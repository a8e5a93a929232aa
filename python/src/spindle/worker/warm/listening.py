"""How a keeper comes to be the only one at its socket, and whom it listens to."""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import time


def same_user(conn: socket.socket) -> bool:
    """Whether the other side is of this user."""
    _, uid, _ = struct.unpack("3i", conn.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return bool(uid == os.getuid())


def alone(path: str) -> int | None:
    """The lock that makes this the only keeper of a socket. None when another serves there, or has the lock for longer
    than an ending one would.
    """
    lock = os.open(path + ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    for _ in range(100):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        except OSError:
            # One that ends removes its socket first. To wait for another would be to take its place when it is stopped.
            if os.path.exists(path):
                return None
            time.sleep(0.02)
    return None


def listen(path: str) -> socket.socket:
    """Makes the socket, in place of one that a killed keeper has left."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
    mask = os.umask(0o177)
    try:
        listener.bind(path)
    finally:
        os.umask(mask)
    listener.listen(64)
    listener.setblocking(False)
    return listener


def adopt_orphans() -> None:
    """Makes the flow processes this one's children when their parents end, so that someone reaps them."""
    try:
        import ctypes

        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
    except Exception:
        pass  # then it is the system's first process that does
