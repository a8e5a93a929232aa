"""Runs the one task that comes over a task channel."""

from __future__ import annotations

import os
import sys

from spindle.worker import channel as channels
from spindle.worker import ending
from spindle.worker.channel import Channel, ChannelError
from spindle.worker.module import FlowError, Loader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

# Exit codes by the last message.
_CODES = {"done": 0, "failed": 1, "invalid": 2}


def run_one(channel: Channel) -> NoReturn:
    """In a process of its own: executes the task and ends."""
    code = 1
    try:
        code = execute(channel, Loader())
    except (ChannelError, BrokenPipeError, ConnectionResetError):
        raise
    except BaseException:
        ending.print_last_words()
    ending.leave(code)


def execute(channel: Channel, loader: Loader) -> int:
    """Reads the task, runs it, sends its last message and returns the exit code that goes with it."""
    message = channel.read()
    if message is None:
        return 1
    if message["type"] != "task":
        raise ChannelError(f"{message['type']!r} came instead of a task")
    if message.get("protocol", channels.PROTOCOL) != channels.PROTOCOL:
        raise ChannelError(f"the task is of protocol {message['protocol']}, the worker speaks {channels.PROTOCOL}")
    for name, value in (message.get("env") or {}).items():
        os.environ[name] = value
    channels.current = channel
    owner = os.getpid()
    channel.share(message.get("scratch") or "/tmp")
    try:
        flow = loader.load(message)
    except FlowError as e:
        result = _unloadable(e)
    else:
        if message.get("kind") == "parameters":
            from spindle.worker.starting import run_parameters

            result = run_parameters(flow, message)
        elif message.get("kind") == "defaults":
            from spindle.worker.deploying import run_defaults

            result = run_defaults(flow, message)
        elif message.get("kind") == "changes":
            from spindle.worker.changes import run_changes

            result = run_changes(message)
        elif message.get("kind") == "values":
            from spindle.worker.overriding import run_values

            result = run_values(message)
        else:
            from spindle.worker.task import run_step

            result = run_step(flow, message)
    if os.getpid() != owner:
        # A fork of the user's that came out of the step's body: the task has its answer from the process it belongs to.
        os._exit(0)
    channel.write(result)
    return _CODES[result["type"]]


def _unloadable(e: FlowError) -> dict[str, Any]:
    """The failure of a task whose flow could not be imported."""
    fields = e.fields()
    sys.stderr.write(fields.get("traceback") or f"{fields.get('file', '')}:{fields.get('line', 0)}: {e.message}\n")
    exception = {
        "type": e.kind,
        "message": e.message,
        "traceback": fields.get("traceback") or "",
        "file": fields.get("file") or "",
        "line": fields.get("line") or 0,
    }
    return {"type": "failed", "persisted": False, "artifacts": [], "inherit": [], "exception": exception, "retry": True}
