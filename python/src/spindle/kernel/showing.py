"""How values are shown where there is no IPython: by the same methods of theirs.

Every step that a notebook spins imports this, and few show anything: what only showing needs is imported then.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    from spindle.kernel.channel import Message

    class Publisher(Protocol):
        """Where shown values go."""

        def publish(self, kind: str, content: Message) -> None: ...


_METHODS = {
    "_repr_html_": "text/html",
    "_repr_markdown_": "text/markdown",
    "_repr_svg_": "image/svg+xml",
    "_repr_png_": "image/png",
    "_repr_jpeg_": "image/jpeg",
    "_repr_latex_": "text/latex",
    "_repr_json_": "application/json",
    "_repr_javascript_": "application/javascript",
    "_repr_pdf_": "application/pdf",
}


class Shower:
    """Turns values into what frontends can show."""

    def __init__(self, channel: Publisher) -> None:
        self._channel = channel

    def display(self, *values: Any, display_id: Any = None, update: bool = False) -> str | None:
        """Shows values in the cell's output. With a display_id they can be replaced later, by update=True."""
        if display_id is True:
            import uuid

            display_id = uuid.uuid4().hex
        transient = {"display_id": display_id} if display_id else {}
        for value in values:
            data, metadata = self.bundle(value)
            content = {"data": data, "metadata": metadata, "transient": transient}
            self._channel.publish("update_display_data" if update else "display_data", content)
        return display_id or None

    def clear_output(self, wait: bool = False) -> None:
        """Clears the cell's output, with wait only when there is something new."""
        self._channel.publish("clear_output", {"wait": bool(wait)})

    def bundle(self, value: Any) -> tuple[Message, Message]:
        """The value in each form it has, with the metadata of the forms."""
        data: Message = {"text/plain": _text(value)}
        metadata: Message = {}
        if isinstance(value, type):
            return data, metadata
        if type(value).__module__ == "matplotlib.figure":
            from spindle.worker.figures import picture

            data["image/png"] = picture(value)
            return data, metadata
        _take("", _call(value, "_repr_mimebundle_"), data, metadata, whole=True)
        for method, mime in _METHODS.items():
            if mime not in data:
                _take(mime, _call(value, method), data, metadata)
        return data, metadata


def _text(value: Any) -> str:
    if isinstance(value, (list, dict, tuple, set, frozenset)):
        import pprint

        return pprint.pformat(value, sort_dicts=False)
    return repr(value)


def _call(value: Any, method: str) -> Any:
    try:
        function = getattr(value, method, None)
        return function() if callable(function) else None
    except NotImplementedError:
        return None


def _take(mime: str, found: Any, data: Message, metadata: Message, whole: bool = False) -> None:
    about = None
    if isinstance(found, tuple) and len(found) == 2:
        found, about = found
    if found is None:
        return
    if whole:
        data.update(found)
        metadata.update(about or {})
        return
    data[mime] = found
    if about:
        metadata[mime] = about
