"""Comms: the channels between widgets and their objects here, by the package `comm` that ipywidgets uses."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import traceback

from spindle.kernel.channel import Channel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from spindle.kernel.channel import Message


class NoComms:
    """Where the package is not installed: nothing here can take a comm, so it is closed again."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def handle(self, message: Message) -> None:
        if message["kind"] == "comm_open":
            content = {"comm_id": message["content"].get("comm_id", ""), "data": {}}
            self._channel.publish("comm_close", content)


class Comms:
    """Passes on to the package's manager what frontends say."""

    def __init__(self, manager: Any) -> None:
        self._manager = manager

    def handle(self, message: Message) -> None:
        whole = {
            "header": {"msg_type": message["kind"]},
            "parent_header": (message.get("parent") or {}).get("header", {}),
            "metadata": message.get("metadata") or {},
            "content": message["content"],
            "buffers": message["buffers"],
        }
        try:
            getattr(self._manager, message["kind"])(None, None, whole)
        except Exception:
            traceback.print_exc(file=sys.stderr)


def install(channel: Channel, shell: Any) -> Any:
    """Takes the package's place for making comms; returns what handles the frontends'."""
    if importlib.util.find_spec("comm") is None:
        return NoComms(channel)
    comm: Any = importlib.import_module("comm")
    base: Any = importlib.import_module("comm.base_comm")

    class Comm(base.BaseComm):  # type: ignore[misc]
        """A comm over the kernel's channel."""

        def publish_msg(
            self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **keys: Any
        ) -> None:
            content = {"data": data or {}, "comm_id": self.comm_id, **keys}
            channel.publish(msg_type, content, metadata or {}, buffers or ())

    manager = base.CommManager()
    comm.create_comm = Comm
    comm.get_comm_manager = lambda: manager
    shell.take_comms(manager)
    return Comms(manager)
