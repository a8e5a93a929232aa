"""Imports a flow for nobody, to be forked by the next spin."""

from __future__ import annotations

import os
import signal
import socket

from spindle.worker import ending
from spindle.worker.channel import Channel
from spindle.worker.warm.session import WarmServer
from spindle.worker.warm.template import put_folder_first, surround

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from spindle.worker.channel import Message
    from spindle.worker.module import Loader

# An import that takes longer is not worth the wait, or hangs.
_SECONDS = 120


class Silent(Channel):
    """A channel to nobody."""

    def write(self, message: Message) -> None:
        """Does nothing."""


def become(link: int, message: Message, loader: Loader) -> NoReturn:
    """Leaves a flow process behind, if the flow can be imported, and ends."""
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.alarm(_SECONDS)
        surround(message)
        put_folder_first(message["cwd"])
        ours, theirs = socket.socketpair()
        with theirs:
            warm = WarmServer(Silent(ours.detach()), loader, [], link, {})
            warm.describe_first({"type": "describe", "id": 0, **message})
            warm.leave_copy()
        loader.exits.run_deferred()
    except BaseException:
        ending.print_last_words()
    finally:
        ending.leave(0, user_handlers=False)
