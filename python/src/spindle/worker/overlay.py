"""A flow's text that is not the one on disk: steps that cells of a notebook have replaced.

The engine sends the text with the request, and where its lines come from: those of a cell keep the cell's name and
numbers, so that tracebacks point into it, those behind an edited step keep the numbers they have in the file.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any


class Overlay:
    """The text of one file, and the places its lines come from."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.text: str = fields["text"]
        # first line here, number of lines, file or cell, first line there
        self.segments: list[tuple[int, int, str, int]] = [tuple(s) for s in fields.get("segments") or ()]
        self._cells: dict[str, str] = fields.get("cells") or {}

    def install(self) -> None:
        """Lets tracebacks and inspect find the cells' texts."""
        import linecache

        for name, text in self._cells.items():
            linecache.cache[name] = (len(text), None, [line + "\n" for line in text.split("\n")], name)

    def placed(self, code: CodeType) -> CodeType:
        """The code with the places its lines come from."""
        inner = tuple(self.placed(const) if isinstance(const, type(code)) else const for const in code.co_consts)
        for first, count, file, there in self.segments:
            if first <= code.co_firstlineno < first + count:
                return code.replace(
                    co_consts=inner, co_filename=file, co_firstlineno=code.co_firstlineno - first + there
                )
        return code.replace(co_consts=inner)

    def here(self, file: str, line: int, source: str) -> tuple[str, int]:
        """The place in this text of a line of a cell, or of the file; what comes from elsewhere stays as it is."""
        for first, count, name, there in self.segments:
            if name == file and there <= line < there + count:
                return source, line - there + first
        return file, line


current: Overlay | None = None


def take(request: dict[str, Any]) -> Overlay | None:
    """The overlay of a request, from now on that of this process."""
    global current
    fields = (request.get("options") or {}).get("overlay")
    current = Overlay(fields) if fields else None
    if current is not None:
        current.install()
    return current


def here(file: str, line: int, source: str) -> tuple[str, int]:
    """The place in the text of the flow that the engine knows."""
    return (file, line) if current is None else current.here(file, line, source)
