"""What the kernel's debugger asks of a variable where a process is stopped. Answers are texts that survive a repr()."""

from __future__ import annotations

import pickle
import sys
from base64 import b64encode

from spindle.kernel.channel import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from spindle.kernel.channel import Message

# A copy of more would take long, and the memory of both processes and the kernel.
_LARGEST = 64 << 20


def rich(value: Any) -> str:
    """The forms of a value, as JSON in base64."""
    data, metadata = _forms(value)
    return b64encode(encode({"data": data, "metadata": metadata})).decode("ascii")


def kept(value: Any) -> str:
    """A value to be copied to another process."""
    pickled = pickle.dumps(value)
    if len(pickled) > _LARGEST:
        raise ValueError(f"{len(pickled) >> 20} MiB are too much to be copied from a step; self.NAME keeps a value")
    return b64encode(pickled).decode("ascii")


def _forms(value: Any) -> tuple[Message, Message]:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None:
        data, metadata = shell.display_formatter.format(value)
        return data, metadata
    from spindle.kernel.showing import Shower

    return Shower(_Nobody()).bundle(value)


class _Nobody:
    """Where nothing is published."""

    def publish(self, kind: str, content: Message) -> None:
        """Does nothing."""
