"""`self` in plain cells: the newest task on the workbench of the attached flow. The kernel knows it and is asked."""

from __future__ import annotations

import os
import pickle
import sys
import threading
from itertools import count
from queue import SimpleQueue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

    from spindle.kernel.channel import Channel, Message


class Bench:
    """Asks the kernel about the workbench, and loads the values it names."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._numbers = count(1)
        self._waiting: dict[int, SimpleQueue[Message]] = {}
        self._loaded: dict[str, tuple[str, Any]] = {}  # by name: key and value
        self.hears = 0  # the thread that brings answers, and so can't wait for one

    def take(self, message: Message) -> None:
        """Takes an answer."""
        waiting = self._waiting.pop(message["re"], None)
        if waiting is not None:
            waiting.put(message)

    def ask(self, **question: Any) -> Any:
        if threading.get_ident() == self.hears:
            raise LookupError("not now: a question is being answered")
        number = next(self._numbers)
        answer: SimpleQueue[Message] = SimpleQueue()
        self._waiting[number] = answer
        self._channel.send({"type": "ask", "id": number, "question": question})
        message = answer.get()
        if "failed" in message:
            raise LookupError(message["failed"])
        return message["answer"]

    def names(self) -> list[str]:
        answer: list[str] = self.ask(about="names")
        return answer

    def task(self) -> str:
        answer: str = self.ask(about="task")
        return answer

    def value(self, name: str) -> Any:
        """The value of an artifact. Loaded once: what a cell changes of it stays changed until the task is another."""
        known = self._loaded.get(name)
        if threading.get_ident() == self.hears:
            if known is None:
                raise LookupError(name)
            return known[1]
        found = self.ask(about="value", name=name, known=known[0] if known else "")
        if known and found["key"] == known[0]:
            return known[1]
        value = _load(found)
        self._loaded[name] = (found["key"], value)
        return value


class Newest:
    """The newest task, with its artifacts as attributes."""

    def __init__(self, bench: Bench) -> None:
        object.__setattr__(self, "_bench", bench)
        object.__setattr__(self, "_own", {})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name in self._own:
            return self._own[name]
        try:
            return self._bench.value(name)
        except LookupError as e:
            raise AttributeError(str(e)) from None

    def __setattr__(self, name: str, value: Any) -> None:
        """What a cell sets is seen by cells, and by nothing else."""
        self._own[name] = value

    def __delattr__(self, name: str) -> None:
        if name not in self._own:
            raise AttributeError(name)
        del self._own[name]

    def __dir__(self) -> list[str]:
        try:
            return sorted({*self._bench.names(), *self._own})
        except LookupError:
            return sorted(self._own)

    def __repr__(self) -> str:
        try:
            return f"<newest task: {self._bench.task()}>"
        except LookupError as e:
            return f"<{e}>"


def _load(found: Message) -> Any:
    try:
        with open(found["file"], "rb") as file:
            file.seek(found["offset"])
            return _Unpickler(file, found["source"]).load()
    finally:
        if found["temporary"]:
            os.unlink(found["file"])


class _Unpickler(pickle.Unpickler):
    """Finds classes that the flow's file defines: they were pickled as those of the program that ran."""

    def __init__(self, file: BinaryIO, source: Message) -> None:
        super().__init__(file)
        self._source = source

    def find_class(self, module: str, name: str) -> Any:
        try:
            return super().find_class(module, name)
        except (AttributeError, ImportError):
            folder = os.path.dirname(self._source["file"])
            if folder not in sys.path:
                sys.path.append(folder)
            if module != "__main__":
                return super().find_class(module, name)
        return getattr(_flow_module(self._source), name)


_modules: dict[str, Any] = {}


def _flow_module(source: Message) -> Any:
    """The flow's file as a module, its text as the cells have it."""
    from spindle import launch

    text = source["text"]
    if text in _modules:
        return _modules[text]
    module = type(sys)("spindle_attached_flow")
    module.__file__ = source["file"]
    module.__dict__["__name__"] = "__main__"
    before = launch.importing
    launch.importing = True
    try:
        exec(compile(text, source["file"], "exec", dont_inherit=True), module.__dict__)
    except launch.FlowStarted:
        pass
    finally:
        launch.importing = before
    _modules[text] = module
    return module
