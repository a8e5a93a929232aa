"""Artifacts: values that tasks left behind."""

from __future__ import annotations

from spindle import serial
from spindle.client.base import MetaflowObject
from spindle.client.calls import call
from spindle.exception import DataException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from typing import Any


class DataArtifact(MetaflowObject):
    """One value, by name. It is read and unpickled when `data` is asked for."""

    _DEPTH = 5
    _EXAMPLE = "DataArtifact('Flow/run/step/task/name')"
    _HAS_ATTEMPTS = True

    @property
    def data(self) -> Any:
        """The value."""
        value = self._value()
        return value.decode(self.id) if _included(value) else value

    def _value(self) -> Any:
        """The value as it is stored."""
        place = call("value", pathspec=self.pathspec, attempt=self._attempt)
        try:
            return serial.load(place)
        except serial.UnknownEncoding as e:
            raise DataException(f"{self.pathspec} can not be loaded: {e}") from None

    @property
    def sha(self) -> str:
        """The key of the value's content."""
        return str(self._object["sha"])

    @property
    def size(self) -> int:
        """How many bytes the pickled value has; of a file that was included, how many the file has."""
        if "metaflow.includefile.IncludedFile" in self._object["type"]:
            included = self._value()
            if _included(included):
                return int(included.size)
        return int(self._object["size"])

    @property
    def finished_at(self) -> datetime:
        """When the value was stored."""
        return self.created_at


class MetaflowData:
    """The values of a task as attributes, each read when it is asked for."""

    def __init__(self, artifacts: Iterable[DataArtifact]) -> None:
        self._artifacts = {artifact.id: artifact for artifact in artifacts}

    def __getattr__(self, name: str) -> Any:
        artifacts = self.__dict__.get("_artifacts", {})
        if name not in artifacts:
            raise AttributeError(f"no artifact is called {name!r}")
        return artifacts[name].data

    def __contains__(self, name: object) -> bool:
        return name in self._artifacts

    def __dir__(self) -> list[str]:
        return [*self._artifacts, *super().__dir__()]

    def __repr__(self) -> str:
        return f"<MetaflowData: {', '.join(self._artifacts)}>"


def _included(value: Any) -> bool:
    """Whether the value is a file that was included, and stands for its content."""
    return type(value).__name__ == "IncludedFile" and type(value).__module__ == "metaflow.includefile"
