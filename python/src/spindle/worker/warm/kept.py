"""What the keeper knows of the processes it keeps."""

from __future__ import annotations

from spindle.worker.halves import begins, text_of
from spindle.worker.warm import wire
from spindle.worker.warm.stamps import Stamps

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket

    from spindle.worker.warm.wire import Message


class Kept:
    """A flow process, or the base."""

    def __init__(self, link: socket.socket) -> None:
        self.link = link
        self.ready = False
        self.stamps = Stamps()
        self.names: frozenset[str] = frozenset()  # of the base: what it has imported

    def give(self, message: Message, fds: list[int]) -> bool:
        """Hands on a spin; False when the process is gone."""
        try:
            wire.send(self.link, message, fds)
        except OSError:
            return False
        return True


class Half(Kept):
    """A process that has executed a flow's file up to its class; or the knowledge that none can be kept."""

    def __init__(self, link: socket.socket) -> None:
        super().__init__(link)
        self.unfit = False
        self.next: Message | None = None  # who came before it was known what this is good for
        self._text: str | None = None
        self._places: list[tuple[int, int, str, int]] = []

    def learn(self, message: Message) -> None:
        """Takes what the process says of itself."""
        self._text = message["text"]
        self._places = [tuple(place) for place in message["places"]]
        self.ready = message["fit"]
        self.unfit = not message["fit"] and not message["again"]
        if self.ready:
            self.stamps = Stamps.of(message["stamps"])

    def holds(self, message: Message) -> bool:
        """Whether a spin can go on from it."""
        return self.ready and self.begins(message) and self.stamps.fresh()

    def settled(self, message: Message) -> bool:
        """Whether another process would be no better, or it is too early to tell."""
        if self._text is None:
            self.next = message
            return True
        return self.holds(message) or (self.unfit and self.begins(message))

    def begins(self, message: Message) -> bool:
        """Whether a spin's text begins with this half."""
        if self._text is None:
            return False
        try:
            return begins(message, text_of(message), self._text, self._places)
        except (OSError, SyntaxError, ValueError):
            return False  # the spin will say what is wrong with the file
