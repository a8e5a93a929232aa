"""The exceptions of the flow language and the client, known to users as `metaflow.exception`.

A stored exception is a pickle that names its class, so every class here carries Metaflow's module name: either side
loads the other's.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


class MetaflowExceptionWrapper(Exception):
    """An exception as it is stored in an artifact: texts only, so that it loads without the class that was raised."""

    exception: str
    type: str
    stacktrace: str | None

    def __init__(self, exc: BaseException | None = None, stacktrace: str | None = None) -> None:
        if exc is not None:
            self.exception = str(exc)
            self.type = f"{exc.__class__.__module__}.{exc.__class__.__name__}"
            self.stacktrace = stacktrace if stacktrace is not None else _formatted(exc)

    def __reduce__(self) -> tuple[Any, ...]:
        return MetaflowExceptionWrapper, (None,), self.__dict__

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__

    def __setstate__(self, state: dict[str, Any] | None) -> None:
        self.__dict__ = state or {}

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        return self.stacktrace or f"[no stacktrace]\n{self.type}: {self.exception}"


def _formatted(exc: BaseException) -> str | None:
    if exc.__traceback__ is None:
        return None
    import traceback

    return "".join(traceback.format_exception(exc.__class__, exc, exc.__traceback__))


class MetaflowException(Exception):
    """Base of all errors that are the user's to solve; shown with its headline and without a traceback."""

    headline = "Flow failed"

    def __init__(self, msg: object = "", lineno: int | None = None, source_file: str | None = None) -> None:
        self.message = msg
        self.line_no = lineno
        self.source_file = source_file
        super().__init__()

    def __str__(self) -> str:
        where = ""
        if self.source_file:
            where = f"{self.source_file}:"
        if self.line_no:
            where = f"line {self.line_no}:"
        return f"{where} {self.message}" if where else str(self.message)


class ParameterFieldFailed(MetaflowException):
    """A function given for a field of a Parameter raised."""

    headline = "Parameter field failed"

    def __init__(self, name: str, field: str | None) -> None:
        import traceback

        super().__init__(
            f"The function given as {field} of the parameter {name!r} raised an exception:\n\n{traceback.format_exc()}"
        )


class ParameterFieldTypeMismatch(MetaflowException):
    """A function given for a field of a Parameter returned a value of the wrong type."""

    headline = "Parameter field with a mismatching type"


class ExternalCommandFailed(MetaflowException):
    """A program that was started for the user failed."""

    headline = "External command failed"


class MetaflowNotFound(MetaflowException):
    """The client was asked for something that does not exist."""

    headline = "Object not found"


class MetaflowNamespaceMismatch(MetaflowException):
    """The object exists, in another namespace than the current one."""

    headline = "Object not in the current namespace"

    def __init__(self, namespace: str | None) -> None:
        super().__init__(f"Object not in namespace {namespace!r}")


class MetaflowInvalidPathspec(MetaflowException):
    """A pathspec has too many or too few parts."""

    headline = "Invalid pathspec"


class MetaflowInternalError(MetaflowException):
    """A fault of Spindle itself."""

    headline = "Internal error"


class MetaflowTaggingError(MetaflowException):
    """Tags could not be changed."""

    headline = "Tagging error"


class MetaflowUnknownUser(MetaflowException):
    """Nobody to run the flow for."""

    headline = "Unknown user"

    def __init__(self) -> None:
        super().__init__("The user's name is not known; set METAFLOW_USER")


class InvalidDecoratorAttribute(MetaflowException):
    """A decorator was given an argument it does not have."""

    headline = "Unknown decorator attribute"

    def __init__(self, deconame: str, attr: str, defaults: Iterable[str]) -> None:
        known = ", ".join(defaults)
        super().__init__(f"@{deconame} has no attribute {attr!r}; it has: {known or 'none'}")


class CommandException(MetaflowException):
    """A command was used wrongly."""

    headline = "Invalid command"


class MetaflowDataMissing(MetaflowException):
    """Data a task needs is not there."""

    headline = "Data missing"


class UnhandledInMergeArtifactsException(MetaflowException):
    """merge_artifacts met values that differ between branches."""

    headline = "Unhandled artifacts in merge"

    def __init__(self, msg: str, unhandled: list[str]) -> None:
        super().__init__(msg)
        self.artifact_names = unhandled


class MissingInMergeArtifactsException(MetaflowException):
    """merge_artifacts was told to include what no branch has."""

    headline = "Missing artifacts in merge"

    def __init__(self, msg: str, unhandled: list[str]) -> None:
        super().__init__(msg)
        self.artifact_names = unhandled


class DataException(MetaflowException):
    """A value could not be read from the store, or not be made an object again."""

    headline = "Data store error"


class UnpicklableArtifactException(MetaflowException):
    """An artifact's value cannot be stored."""

    headline = "Cannot pickle artifact"

    def __init__(self, artifact_name: str, reason: str = "") -> None:
        msg = f"The value of the artifact *{artifact_name}* can not be stored"
        super().__init__(f"{msg}: {reason}" if reason else msg)


def _carry_names() -> None:
    here = sys.modules[__name__]
    elsewhere = {
        "DataException": "metaflow.datastore.exceptions",
        "UnpicklableArtifactException": "metaflow.datastore.exceptions",
    }
    for name, value in list(vars(here).items()):
        if isinstance(value, type) and issubclass(value, Exception) and value.__module__ == __name__:
            value.__module__ = elsewhere.get(name, "metaflow.exception")


_carry_names()
