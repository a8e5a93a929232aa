"""Cells run by Python alone, where there is no IPython: values shown, await at top level, short tracebacks."""

from __future__ import annotations

import ast
import asyncio
import builtins
import codeop
import inspect
import linecache
import sys
import traceback
import types

from spindle.kernel import answering
from spindle.kernel.channel import Channel
from spindle.kernel.showing import Shower

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container
    from typing import Any

    from spindle.kernel.channel import Message

_FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


class Shell:
    """A namespace and the cells that run in it."""

    kind = "plain"
    greeting = "IPython is not installed in this environment: cells are plain Python"

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.parent: Message = {}
        module = types.ModuleType("__main__")
        sys.modules["__main__"] = module
        self.namespace = module.__dict__
        self.shower = Shower(channel)
        self._files: dict[str, str] = {}  # what cells are called, by the name of their file
        self.namespace.update(__builtins__=builtins, display=self.shower.display, clear_output=self.shower.clear_output)

    def set_parent(self, parent: Message) -> None:
        self.parent = parent

    def offer(self, name: str, value: Any) -> None:
        """Lets cells use a name that is not theirs."""
        self.namespace[name] = value

    def offer_value(self, name: str, value: Any) -> None:
        """Gives cells a variable."""
        self.namespace[name] = value

    def variables(self) -> Message:
        """The variables of cells."""
        return {n: v for n, v in list(self.namespace.items()) if n != "self"}

    def forms(self, value: Any) -> tuple[Message, Message]:
        """A value in each form it has, with the metadata of the forms."""
        return self.shower.bundle(value)

    def debugged(self, yes: bool) -> None:
        """Nothing of a cell is changed before it runs."""

    def take_comms(self, manager: Any) -> None:
        """Nothing here asks for the manager but through the package."""

    async def execute(self, request: Message) -> Message:
        """Runs a cell and says how it ended."""
        try:
            await self._run(request)
            return {"status": "ok", "expressions": self._expressions(request.get("expressions") or {}), "payload": []}
        except asyncio.CancelledError:
            return self._failed(KeyboardInterrupt(), ["KeyboardInterrupt"])
        except BaseException as e:
            lines = traceback.format_exception(type(e), e, own_frames(e, self._files))
            return self._failed(e, [self._named(line.rstrip("\n")) for line in lines])

    def _named(self, line: str) -> str:
        """A line of a traceback with the names of cells."""
        for file, name in self._files.items():
            line = line.replace(f'File "{file}"', f'File "{name}"')
        return line

    async def _run(self, request: Message) -> None:
        code, count = request["code"], request["count"]
        # Under its name the cell's text is found by tracebacks and inspect; a debugger looks for that of a file.
        name = f"<cell {count}>"
        if request.get("file"):
            name, self._files[request["file"]] = request["file"], name
        linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
        tree = ast.parse(code, name)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        await self._evaluate(compile(tree, name, "exec", flags=_FLAGS))
        if not isinstance(last, ast.Expr):
            return
        value = await self._evaluate(compile(ast.Expression(last.value), name, "eval", flags=_FLAGS))
        if value is None or request["silent"]:
            return
        self.namespace["_"] = value
        if not code.rstrip().endswith(";"):
            data, metadata = self.shower.bundle(value)
            content = {"execution_count": count, "data": data, "metadata": metadata}
            self._channel.publish("execute_result", content)

    async def _evaluate(self, code: types.CodeType) -> Any:
        value = eval(code, self.namespace)
        if code.co_flags & inspect.CO_COROUTINE:
            value = await value
        return value

    def _failed(self, error: BaseException, lines: list[str]) -> Message:
        content = {"ename": type(error).__name__, "evalue": str(error), "traceback": lines}
        self._channel.publish("error", content)
        return {"status": "error", "payload": [], "expressions": {}, **content}

    def _expressions(self, wanted: dict[str, str]) -> Message:
        found: Message = {}
        for key, expression in wanted.items():
            try:
                data, metadata = self.shower.bundle(eval(expression, self.namespace))
                found[key] = {"status": "ok", "data": data, "metadata": metadata}
            except Exception as e:
                lines = traceback.format_exception_only(type(e), e)
                found[key] = {"status": "error", "ename": type(e).__name__, "evalue": str(e), "traceback": lines}
        return found

    def answer(self, question: Message) -> Message:
        """Answers a question, in another thread than the one that runs cells."""
        if question["type"] == "complete":
            return answering.complete(self.namespace, question["code"], question["cursor"])
        if question["type"] == "inspect":
            return answering.describe(self.namespace, question["code"], question["cursor"], question["detail"])
        return self._is_complete(question["code"])

    @staticmethod
    def _is_complete(code: str) -> Message:
        if not code.strip():
            return {"status": "complete"}
        compiler = codeop.Compile()
        compiler.flags |= _FLAGS
        try:
            # Like at a prompt, a block goes on until an empty line.
            whole = codeop._maybe_compile(compiler, code, "<cell>", "exec")  # type: ignore[attr-defined]
        except (SyntaxError, ValueError, OverflowError):
            return {"status": "invalid"}
        last = code.rstrip().rsplit("\n", 1)[-1]
        indent = last[: len(last) - len(last.lstrip())]
        deeper = last.rstrip().endswith(":")
        if whole is None or deeper or (indent and not code.endswith("\n\n") and last != code):
            return {"status": "incomplete", "indent": indent + ("    " if deeper else "")}
        return {"status": "complete"}


def own_frames(error: BaseException, files: Container[str]) -> types.TracebackType | None:
    """The traceback from the first frame of a cell on; none where it never came so far."""
    found = error.__traceback__
    while found is not None and not (
        found.tb_frame.f_code.co_filename.startswith("<cell ") or found.tb_frame.f_code.co_filename in files
    ):
        found = found.tb_next
    return found
