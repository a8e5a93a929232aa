"""@secrets: only the inline backend, which is there for tests; the others need a cloud."""

from __future__ import annotations

import os
import re

from spindle.decorators.base import StepDecorator
from spindle.exception import MetaflowException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from spindle.worker.preparing import Prepared
    from spindle.worker.task import Running


class SecretsDecorator(StepDecorator):
    """Sets environment variables of the step from secrets: `sources` names where each set comes from."""

    name = "secrets"
    defaults = {"sources": [], "role": None, "allow_override": False}

    def prepare(self, step: Any, prepared: Prepared) -> None:
        names: set[str] = set()
        for source, variables in self._inline():
            for name, value in variables.items():
                self._check(source, name, value)
                if name in names:
                    raise self.error(f"@secrets: the variable {name!r} comes from two sources")
                names.add(name)

    def pre_step(self, running: Running) -> None:
        for _, variables in self._inline():
            for name, value in variables.items():
                if name in os.environ and not self.attributes["allow_override"]:
                    problem = f"@secrets: the variable {name!r} is set already; allow_override=True replaces it"
                    raise self.located(MetaflowException(problem))
                os.environ[name] = value

    def _inline(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for source in self.attributes["sources"]:
            kind = source.get("type") if isinstance(source, dict) else str(source).partition(".")[0]
            if kind != "inline":
                raise self.error(
                    f"@secrets: the source {source!r} needs a secrets backend, which Spindle does not support yet; "
                    "only inline ones work"
                )
            options = source.get("options") or {} if isinstance(source, dict) else {}
            yield str(source), options.get("env_vars") or {}

    def _check(self, source: str, name: Any, value: Any) -> None:
        if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            raise self.error(f"@secrets: {name!r} can not be the name of an environment variable")
        if name.startswith("METAFLOW_"):
            raise self.error(f"@secrets: the variable {name!r} is reserved")
        if not isinstance(value, str):
            raise self.error(f"@secrets: the value of {name!r} must be a string")
