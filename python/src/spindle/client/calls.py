"""The client's questions to the engine, and the exceptions that its refusals become."""

from __future__ import annotations

from spindle.exception import (
    DataException,
    MetaflowException,
    MetaflowInvalidPathspec,
    MetaflowNamespaceMismatch,
    MetaflowNotFound,
    MetaflowTaggingError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_EXCEPTIONS: dict[str, type[MetaflowException]] = {
    "not_found": MetaflowNotFound,
    "invalid_pathspec": MetaflowInvalidPathspec,
    "unfinished": DataException,
    "corrupt": DataException,
    "io": DataException,
    "tags": MetaflowTaggingError,
}


def call(name: str, **args: Any) -> Any:
    """Makes a store call; arguments that are None are left out."""
    # The module that holds the channel is loaded with the first question, not with the client.
    from spindle import store

    try:
        return store.call(name, {key: value for key, value in args.items() if value is not None})
    except store.StoreError as refused:
        raise _exception(refused.kind, refused.message, args.get("namespace")) from None


def _exception(kind: str, message: str, namespace: str | None) -> MetaflowException:
    if kind == "namespace":
        return MetaflowNamespaceMismatch(namespace)
    return _EXCEPTIONS.get(kind, MetaflowException)(message)
