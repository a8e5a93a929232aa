"""The process: one loop that runs cells in the main thread, and one thread that answers questions meanwhile."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import signal
import sys
import threading
from collections import deque

from spindle.kernel import comms, debugging, streams
from spindle.kernel.asking import Asker
from spindle.kernel.bench import Bench, Newest
from spindle.kernel.channel import Channel, Reader, encode, write_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from spindle.kernel.channel import Message


class Process:
    """The state of the process."""

    def __init__(self, cells: int, questions: int, mark: str) -> None:
        self.channel = Channel(cells, mark)
        self.asker = Asker(self.channel)
        self.bench = Bench(self.channel)
        self.cells = Reader(cells)
        self.questions = Reader(questions)
        self.waiting: deque[Message] = deque()
        self.task: asyncio.Task[None] | None = None  # what is being handled
        self.interruptible = False
        self.loop = asyncio.new_event_loop()
        self.shell: Any = None
        self.debugged: debugging.Debugged | None = None
        self.answering = threading.Lock()  # keeps answers whole

    def greet(self) -> None:
        self.channel.send(
            {
                "type": "hello",
                "version": ".".join(map(str, sys.version_info[:3])),
                "executable": sys.executable,
                "pid": os.getpid(),
                "debugger": debugging.available(),
                "sdk": os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
            }
        )

    def load(self) -> None:
        """Makes the shell, which is the long part of starting."""
        sys.argv = [""]
        streams.install(self.channel)
        self.asker.install()
        if importlib.util.find_spec("IPython") is not None:
            from spindle.kernel.ipython import make_shell

            self.shell = make_shell(self.channel)
        else:
            from spindle.kernel.plain import Shell

            self.shell = Shell(self.channel)
        self.debugged = debugging.Debugged(self.shell)
        self.comms = comms.install(self.channel, self.shell)
        self.shell.offer("self", Newest(self.bench))
        self.channel.send({"type": "ready", "shell": self.shell.kind, "banner": self.shell.greeting})

    def run(self) -> None:
        """Runs until the kernel is gone."""
        asyncio.set_event_loop(self.loop)
        signal.signal(signal.SIGINT, self.on_interrupt)
        self.loop.add_reader(self.cells.fd, self.on_readable)
        while True:
            try:
                self.loop.run_forever()
            except KeyboardInterrupt:
                continue  # the cell has been told; asyncio tells its loop too
            except SystemExit:
                continue  # a task of the user's ended itself, not the kernel

    def on_readable(self) -> None:
        if not self.cells.receive():
            end()
        while True:
            message = self.cells.pending()
            if message is None:
                break
            self.waiting.append(message)
        self.start_next()

    def start_next(self) -> None:
        if self.task is None and self.waiting:
            self.task = self.loop.create_task(self.handle(self.waiting.popleft()))
            self.task.add_done_callback(self.finished)

    def finished(self, task: asyncio.Task[None]) -> None:
        self.task = None
        if not task.cancelled():
            task.exception()  # has been reported, or is an interrupt that came too late
        self.start_next()

    async def handle(self, message: Message) -> None:
        if message["type"] == "execute":
            await self.execute(message)
        elif message["type"] == "comm":
            self.shell.set_parent(message.get("parent") or {})
            self.comms.handle(message)
            self.channel.send({"type": "done", "re": message["id"]})

    async def execute(self, message: Message) -> None:
        assert self.debugged is not None
        self.debugged.enter()
        self.asker.allowed = bool(message.get("allow_stdin"))
        self.shell.set_parent(message.get("parent") or {})
        done: Message = {"status": "error", "ename": "KeyboardInterrupt", "evalue": "", "traceback": []}
        try:
            self.interruptible = True
            done = await self.shell.execute(message)
        except (KeyboardInterrupt, asyncio.CancelledError):
            pass  # came between the cell and us
        finally:
            self.interruptible = False
            self.asker.allowed = False
        self.channel.send({"type": "done", "re": message["id"], **done})

    def on_interrupt(self, *_: object) -> None:
        if (self.debugged is not None and self.debugged.break_off()) or not self.interruptible:
            return
        if self.task is not None and asyncio.current_task(self.loop) is None:
            # The cell awaits something.
            self.loop.call_soon_threadsafe(self.task.cancel)
        else:
            self.channel.order.interrupt()

    def answer(self) -> None:
        """The life of the thread that answers questions."""
        self.bench.hears = threading.get_ident()
        while self.questions.receive():
            while True:
                message = self.questions.pending()
                if message is None:
                    break
                if message["type"] == "input":
                    self.asker.answers.put(message)
                    continue
                if message["type"] == "told":
                    self.bench.take(message)
                    continue
                try:
                    reply = self.reply(message)
                except Exception as e:
                    reply = {"failed": f"{type(e).__name__}: {e}"}
                if reply is not None:
                    self.tell(message, reply)
        end()

    def reply(self, message: Message) -> Message | None:
        """The answer to a question; None when it comes later."""
        if self.debugged is not None and self.debugged.knows(message["type"]):
            return self.debugged.answer(message, lambda reply: self.tell(message, reply))
        answer: Message = self.shell.answer(message)
        return answer

    def tell(self, message: Message, reply: Message) -> None:
        with self.answering:
            write_all(self.questions.fd, encode({"type": "answer", "re": message["id"], "reply": reply}))


def end() -> None:
    """Ends the process with all its group: the kernel is gone or wants it so."""
    sys.stdout.flush()
    try:
        os.killpg(os.getpgrp(), signal.SIGKILL)
    finally:
        os._exit(0)


def serve(cells: int, questions: int, mark: str) -> None:
    """Runs the process; does not return."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    process = Process(cells, questions, mark)
    process.greet()
    process.load()
    threading.Thread(target=process.answer, name="spindle-questions", daemon=True).start()
    process.run()
