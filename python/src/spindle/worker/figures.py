"""matplotlib's backend in a step that a notebook spins: show() sends the figures to the cell as pictures."""

from __future__ import annotations

import importlib
import io
from base64 import b64encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# The name is what matplotlib looks for in a backend.
FigureCanvas: Any = importlib.import_module("matplotlib.backends.backend_agg").FigureCanvasAgg


def picture(figure: Any) -> str:
    """A figure as PNG, for a message."""
    raw = io.BytesIO()
    figure.savefig(raw, format="png", bbox_inches="tight")
    return b64encode(raw.getvalue()).decode("ascii")


def show(*_: Any, **__: Any) -> None:
    """Shows all figures and closes them."""
    from spindle.worker.notebook import _Channel

    pyplot: Any = importlib.import_module("matplotlib.pyplot")
    for number in pyplot.get_fignums():
        figure = pyplot.figure(number)
        if figure.get_axes() or figure.lines:
            data = {"text/plain": str(figure), "image/png": picture(figure)}
            _Channel().publish("display_data", {"data": data, "metadata": {}, "transient": {}})
    pyplot.close("all")
