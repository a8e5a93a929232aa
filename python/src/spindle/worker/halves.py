"""A flow's file in two halves: what stands before the flow's class, and the class with what follows it.

The first half can be executed ahead. What a cell of a notebook changes is a step, in the second half, which then is all
that is left to be executed: in the same module, as if the file had never been interrupted.
"""

from __future__ import annotations

import _ast
import io
import warnings

from spindle.worker.overlay import Overlay

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType
    from typing import Any

    Request = dict[str, Any]
    Place = tuple[int, int, str, int]


class FirstHalf:
    """The first half of a text, and once it has been executed the module it has made."""

    def __init__(self, request: Request) -> None:
        """Raises what reading and compiling raises, ValueError where there is no class."""
        self.source: str = request["source"]
        over = overlay_of(request)
        text = text_of(request)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # who reads the whole text again will say them
            tree = _parsed(text, self.source)
        self.lines = _before_class(tree)
        self.text = "".join(line + "\n" for line in text.split("\n")[: self.lines])
        self.places = places(request, self.lines)
        tree.body = [statement for statement in tree.body if _first_line(statement) <= self.lines]
        self.code = _compiled(tree, self.source, over)
        self.main: ModuleType | None = None

    def rest(self, request: Request) -> CodeType | None:
        """The second half of a text, None when its first is another."""
        text = text_of(request)
        if not begins(request, text, self.text, self.places):
            return None
        tree = _parsed(text, self.source)
        first = [statement for statement in tree.body if _first_line(statement) <= self.lines]
        if any((statement.end_lineno or 0) > self.lines for statement in first):
            return None  # the next line goes on with what seemed to be a whole statement: an else, say
        tree.body[: len(first)] = [statement for statement in first if _of_the_future(statement)]
        return _compiled(tree, self.source, overlay_of(request))


def begins(request: Request, text: str, half: str, where: list[Place]) -> bool:
    """Whether a text begins with a half, and that comes from the same places: tracebacks will name them."""
    return text.startswith(half) and places(request, half.count("\n")) == where


def places(request: Request, lines: int) -> list[Place]:
    """Where the first lines come from: first line here, number, file or cell, first line there."""
    over = overlay_of(request)
    segments = [(1, lines, request["source"], 1)] if over is None else over.segments
    whole = [segment for segment in segments if segment[0] <= lines]
    return [(first, min(count, lines - first + 1), file, there) for first, count, file, there in whole]


def overlay_of(request: Request) -> Overlay | None:
    """The overlay of a request."""
    fields = (request.get("options") or {}).get("overlay")
    return Overlay(fields) if fields else None


def text_of(request: Request) -> str:
    """The text of a request, with line ends as Python's compiler sees them. Raises OSError, SyntaxError."""
    over = overlay_of(request)
    if over is not None:
        return io.IncrementalNewlineDecoder(None, True).decode(over.text, True)
    import importlib.util

    with open(request["source"], "rb") as file:
        return importlib.util.decode_source(file.read())


def _parsed(text: str, source: str) -> _ast.Module:
    tree = compile(text, source, "exec", _ast.PyCF_ONLY_AST, dont_inherit=True)
    assert isinstance(tree, _ast.Module)
    return tree


def _compiled(tree: _ast.Module, source: str, over: Overlay | None) -> CodeType:
    code: CodeType = compile(tree, source, "exec", dont_inherit=True)
    return code if over is None else over.placed(code)


def _of_the_future(statement: _ast.stmt) -> bool:
    """Whether a statement changes how the others are compiled."""
    return isinstance(statement, _ast.ImportFrom) and statement.module == "__future__"


def _first_line(statement: _ast.stmt) -> int:
    lines: list[int] = [one.lineno for one in (statement, *getattr(statement, "decorator_list", []))]
    return min(lines)


def _before_class(tree: _ast.Module) -> int:
    """The number of lines before the flow's class: the first that has steps, or the last where none has any."""
    classes = [statement for statement in tree.body if isinstance(statement, _ast.ClassDef)]
    if not classes:
        raise ValueError("no class")
    return _first_line(next((cls for cls in classes if _has_steps(cls)), classes[-1])) - 1


def _has_steps(cls: _ast.ClassDef) -> bool:
    return any(
        getattr(decorator, "id", None) == "step" or getattr(decorator, "attr", None) == "step"
        for statement in cls.body
        for decorator in getattr(statement, "decorator_list", [])
    )
