"""@card: accepted, and nothing is drawn yet."""

from __future__ import annotations

from spindle.decorators.base import StepDecorator


class CardDecorator(StepDecorator):
    """Asks for a report of the task. Spindle does not make cards yet; what is put on `current.card` goes nowhere."""

    name = "card"
    allow_multiple = True
    defaults = {
        "type": "default",
        "id": None,
        "options": {},
        "scope": "task",
        "rank": None,
        "timeout": 45,
        "save_errors": True,
        "customize": False,
        "refresh_interval": 5,
    }

    def warnings(self) -> list[str]:
        return ["@card is ignored: Spindle does not make cards yet"]
