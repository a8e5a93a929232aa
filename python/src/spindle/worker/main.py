"""Starts the worker in the role its environment gives it."""

from __future__ import annotations

import os
import sys

import spindle
from spindle.worker.channel import PROTOCOL, Channel, ChannelError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn


def main() -> NoReturn:
    """Serves the channel that the environment names; does not return."""
    control = _descriptor("SPINDLE_WORKER_FD")
    task = _descriptor("SPINDLE_TASK_FD")
    if control is None and task is None:
        sys.stderr.write("spindle.worker is started by the engine: `spindle run flow.py`\n")
        os._exit(2)
    prepare()
    # Both roles need the alias before any code of the user's could bring another package of this name.
    import metaflow  # noqa: F401

    try:
        if control is not None:
            from spindle.worker.server import serve

            serve(greet(Channel(control)))
        from spindle.worker.single import run_one

        run_one(greet(Channel(task)))  # type: ignore[arg-type]
    except (ChannelError, BrokenPipeError, ConnectionResetError) as e:
        sys.stderr.write(f"spindle.worker: {e}\n")
        os._exit(1)


def _descriptor(variable: str) -> int | None:
    value = os.environ.pop(variable, None)
    if value is None:
        return None
    os.set_inheritable(int(value), False)
    return int(value)


def prepare() -> None:
    """Makes the output streams unbuffered, so that nothing printed is lost or late however the process ends."""
    import io

    for name, fd in (("stdout", 1), ("stderr", 2)):
        old = getattr(sys, name)
        if old is None or (old.write_through and isinstance(old.buffer, io.RawIOBase)):
            continue
        old.flush()
        raw: Any = io.FileIO(fd, "w", closefd=False)
        raw.name = f"<{name}>"
        new: Any = io.TextIOWrapper(raw, old.encoding, old.errors, write_through=True)
        new.mode = "w"
        setattr(sys, name, new)
        setattr(sys, f"__{name}__", new)


def greet(channel: Channel) -> Channel:
    """Exchanges hellos, the worker's first."""
    channel.write(
        {
            "type": "hello",
            "protocol": PROTOCOL,
            "language": "python",
            "version": ".".join(map(str, sys.version_info[:3])),
            "sdk": spindle.__version__,
            "executable": sys.executable,
            "file": spindle.__file__,
            "pid": os.getpid(),
            "can": ["fork", "guard"] if can_fork() else ["guard"],
        }
    )
    reply = channel.read()
    if reply is None:
        raise ChannelError("the engine went away before it said hello")
    if reply["type"] == "error":
        raise ChannelError(str(reply.get("message")))
    if reply["type"] != "hello" or reply.get("protocol") != PROTOCOL:
        problem = (
            f"the engine {reply.get('engine', '?')} ({reply.get('file', 'at an unknown place')}) speaks version "
            f"{reply.get('protocol', '?')} of the task protocol, the Python SDK {spindle.__version__} "
            f"({spindle.__file__}) speaks version {PROTOCOL}"
        )
        channel.write({"type": "error", "kind": "protocol", "message": problem})
        raise ChannelError(problem)
    return channel


def can_fork() -> bool:
    """Whether tasks can be forked at all: macOS's own libraries do not survive a fork."""
    return hasattr(os, "fork") and sys.platform != "darwin"
