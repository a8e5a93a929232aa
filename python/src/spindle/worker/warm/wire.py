"""Messages between the processes, and with the command: a JSON object per line, descriptors with its first byte."""

from __future__ import annotations

import array
import json
import os
import socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Message = dict[str, Any]

_MOST = 8
_LARGEST = 1 << 20


def send(sock: socket.socket, message: Message, fds: list[int] | None = None) -> None:
    """Sends a message; the descriptors stay the caller's to close."""
    data = (json.dumps(message) + "\n").encode()
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else []
    sent = sock.sendmsg([data], rights)
    if sent < len(data):  # nothing more would be a packet too
        sock.sendall(data[sent:])


def receive(sock: socket.socket) -> tuple[Message | None, list[int]]:
    """The next message with its descriptors; None when the other side is gone. A link keeps messages apart (it is of
    packets), and on the keeper's socket each connection has one.
    """
    data = b""
    fds: list[int] = []
    while not data.endswith(b"\n"):
        chunk, ancillary, _, _ = sock.recvmsg(_LARGEST, socket.CMSG_SPACE(_MOST * 4), socket.MSG_CMSG_CLOEXEC)
        for level, kind, payload in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                received = array.array("i")
                received.frombytes(payload[: len(payload) - len(payload) % received.itemsize])
                fds.extend(received)
        if not chunk:
            close(fds)
            return None, []
        data += chunk
    return json.loads(data), fds


def links() -> tuple[socket.socket, int]:
    """Two ends between processes: ours, and the descriptor of theirs."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    # A description of many files is one packet.
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    return ours, theirs.detach()


def close(fds: list[int]) -> None:
    """Closes descriptors that are not wanted."""
    for fd in fds:
        os.close(fd)
