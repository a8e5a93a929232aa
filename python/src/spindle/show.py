"""Shows stored values for `spindle dump`: reads a request on stdin, writes what it asks for on stdout.

    python -m spindle.show

The request is one JSON object: `source` and `class` name the flow file, whose own classes a pickle may need; `values`
are places of pickled values, each with a `name`; `json` asks for values as JSON where they can be; `file` asks for a
pickle of all of them, by task, instead of texts. The answer is one line of JSON per value: `{"text": …, "size": …,
"json": …}` or `{"error": …}`; `size` only where it is not that of the pickle.
"""

from __future__ import annotations

import json
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TextIO

_PLAIN = (str, int, float, bool, type(None), list, tuple, dict)


class Viewer:
    """Unpickles values; imports the flow only when one of them needs it."""

    def __init__(self, request: dict[str, Any]) -> None:
        self._request = request
        self._imported = False
        source = request.get("source")
        if source:
            sys.path[:0] = [os.path.dirname(source)]

    def load(self, place: dict[str, Any]) -> Any:
        """The value at a place; what an IncludeFile stored stands for its content."""
        from spindle import serial

        kept = {**place, "temporary": False}
        try:
            value = serial.load(kept)
        except AttributeError as error:
            # The value's class is one of the flow file's own, which is `__main__` where it was pickled.
            if not self._import():
                if "'__main__'" in str(error) or "spindle.show" in str(error):
                    raise LookupError(
                        "its class is defined in the flow's file, so name that: spindle dump flow.py RUN/STEP"
                    ) from error
                raise
            value = serial.load(kept)
        return value

    def _import(self) -> bool:
        if self._imported or not self._request.get("source"):
            return False
        self._imported = True
        from spindle.worker.module import Loader

        Loader().load(
            {"source": self._request["source"], "class": self._request.get("class") or "", "with": [], "options": {}}
        )
        return True

    def content(self, place: dict[str, Any]) -> tuple[Any, int | None]:
        """What to show of a value, and its size where that is not the pickle's."""
        value = self.load(place)
        if type(value).__name__ == "IncludedFile" and hasattr(value, "decode"):
            return value.decode(place["name"]), value.size
        return value, None


def _as_json(value: Any) -> dict[str, Any]:
    """The value itself for JSON, if it is of plain types through and through."""
    if type(value) not in _PLAIN:
        return {}
    try:
        return {"json": json.loads(json.dumps(value, allow_nan=False))}
    except (TypeError, ValueError, RecursionError):
        return {}


def _failure(error: BaseException) -> str:
    text = str(error)
    if type(error) is LookupError:
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _texts(viewer: Viewer, request: dict[str, Any], out: TextIO) -> None:
    for place in request["values"]:
        answer: dict[str, Any]
        try:
            value, size = viewer.content(place)
            limit = request.get("limit")
            if size is not None and limit is not None and not 0 < size <= limit:
                answer = {"large": True, "size": size}
            else:
                answer = {"text": str(value), "size": size}
                if request.get("json"):
                    answer.update(_as_json(value))
        except Exception as e:
            answer = {"error": _failure(e)}
        out.write(json.dumps(answer) + "\n")


def _pickle(viewer: Viewer, request: dict[str, Any], out: TextIO) -> None:
    import pickle

    tasks: dict[str, dict[str, Any]] = {task: {} for task in request.get("tasks", ())}
    for place in request["values"]:
        try:
            value, _ = viewer.content(place)
        except Exception as e:
            out.write(json.dumps({"error": f"{place['task']}: {place['name']}: {_failure(e)}"}) + "\n")
            return
        tasks.setdefault(place["task"], {})[place["name"]] = value
    try:
        temporary = f"{request['file']}.{os.getpid()}.tmp"
        with open(temporary, "wb") as file:
            pickle.dump(tasks, file, protocol=pickle.HIGHEST_PROTOCOL)
        os.replace(temporary, request["file"])
    except Exception as e:
        out.write(json.dumps({"error": _failure(e)}) + "\n")
        return
    out.write(json.dumps({"text": request["file"]}) + "\n")


def main() -> None:
    """Answers the request on stdin."""
    # What unpickling prints is not an answer.
    out = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    request = json.load(sys.stdin)
    viewer = Viewer(request)
    with out:
        if request.get("file"):
            _pickle(viewer, request, out)
        else:
            _texts(viewer, request, out)


if __name__ == "__main__":
    main()
