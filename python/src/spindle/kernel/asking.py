"""input() and getpass() of cells: the question goes to the frontend that runs the cell."""

from __future__ import annotations

import builtins
import getpass
from queue import Empty, SimpleQueue

from spindle.kernel.channel import Channel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Asker:
    """Asks, and waits for what the thread that hears the kernel brings."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.allowed = False
        self.answers: SimpleQueue[dict[str, Any]] = SimpleQueue()

    def ask(self, prompt: str, password: bool) -> str:
        if not self.allowed:
            raise RuntimeError("input was asked for, but the frontend that runs this cell does not support it")
        while True:
            try:
                self.answers.get_nowait()  # of a question that was interrupted
            except Empty:
                break
        self._channel.send({"type": "input", "prompt": prompt, "password": password})
        answer = self.answers.get()
        if "value" not in answer:
            raise EOFError(answer.get("reason") or "nobody is there to answer")
        value: str = answer["value"]
        if value == "\x04":
            raise EOFError
        return value

    def install(self) -> None:
        """Replaces the functions that would read from a terminal."""

        def asking_input(prompt: object = "", /) -> str:
            return self.ask(str(prompt), False)

        def asking_getpass(prompt: str = "Password: ", stream: object = None, **_: object) -> str:
            return self.ask(prompt, True)

        asking_input.__doc__ = builtins.input.__doc__
        asking_getpass.__doc__ = getpass.getpass.__doc__
        builtins.input = asking_input
        getpass.getpass = asking_getpass
