"""What all objects of the client have in common."""

from __future__ import annotations

from datetime import datetime

from spindle.client.calls import call
from spindle.client.scope import get_metadata, get_namespace
from spindle.exception import (
    MetaflowInternalError,
    MetaflowInvalidPathspec,
    MetaflowNamespaceMismatch,
    MetaflowNotFound,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, ClassVar

# Attempts are numbered below this.
MAX_ATTEMPTS = 6

# Form of a pickled object; Metaflow writes and reads the same.
_STATE_VERSION = "2.12.27"


class MetaflowObject:
    """One node of the tree. It exists when it is made: a pathspec of nothing raises MetaflowNotFound."""

    _DEPTH: ClassVar[int] = 0  # parts of the pathspec
    _EXAMPLE: ClassVar[str] = ""
    _HAS_ATTEMPTS: ClassVar[bool] = False
    _CHILD: ClassVar[type[MetaflowObject] | None] = None
    _PARENT: ClassVar[type[MetaflowObject] | None] = None

    def __init__(
        self,
        pathspec: str | None = None,
        attempt: int | None = None,
        _object: dict[str, Any] | None = None,
        _parent: MetaflowObject | None = None,
        _namespace_check: bool = True,
        _current_namespace: str | None = None,
    ) -> None:
        self._attempt = self._checked_attempt(attempt)
        self._parent = _parent
        self._namespace_check = _namespace_check
        self._current_namespace = (_current_namespace or get_namespace()) if _namespace_check else None
        if _object is None:
            _object = self._fetch(pathspec)
        self._object = _object
        self.id: str = str(_object["id"])
        self._pathspec: str = str(_object["pathspec"])
        self._user_tags: frozenset[str] = frozenset(_object.get("user_tags") or ())
        self._system_tags: frozenset[str] = frozenset(_object.get("system_tags") or ())
        if not self._is_in_namespace(self._current_namespace):
            raise MetaflowNamespaceMismatch(self._current_namespace)

    def _checked_attempt(self, attempt: Any) -> int | None:
        if attempt is None:
            return None
        if not self._HAS_ATTEMPTS:
            raise MetaflowNotFound(f"A {type(self).__name__} has no attempts; only a Task or DataArtifact has")
        try:
            number = int(attempt)
        except (TypeError, ValueError):
            raise MetaflowNotFound(f"attempt={attempt!r} is not an integer") from None
        if not 0 <= number < MAX_ATTEMPTS:
            raise MetaflowNotFound(f"attempt={number} is not between 0 and {MAX_ATTEMPTS - 1}")
        return number

    def _fetch(self, pathspec: str | None) -> dict[str, Any]:
        name = type(self).__name__
        if not isinstance(pathspec, str) or not pathspec:
            raise MetaflowInvalidPathspec(f"{name} needs a pathspec: {self._EXAMPLE}")
        parts = pathspec.split("/")
        if len(parts) != self._DEPTH or not all(parts):
            raise MetaflowInvalidPathspec(f"{pathspec!r} is no pathspec of a {name} like {self._EXAMPLE}")
        found: dict[str, Any] = call("object", pathspec=pathspec, attempt=self._attempt)
        return found

    @property
    def pathspec(self) -> str:
        """The path from the flow down to this object, parts joined by slashes."""
        return self._pathspec

    @property
    def path_components(self) -> list[str]:
        """The parts of the pathspec."""
        return self._pathspec.split("/")

    @property
    def tags(self) -> frozenset[str]:
        """All tags of the object's run."""
        return self._user_tags | self._system_tags

    @property
    def user_tags(self) -> frozenset[str]:
        """The tags that users gave the run."""
        return self._user_tags

    @property
    def system_tags(self) -> frozenset[str]:
        """The tags that the run got when it started: who, where, which versions."""
        return self._system_tags

    @property
    def created_at(self) -> datetime:
        """When the object came into being, in local time."""
        return datetime.fromtimestamp(self._object["created_at"] / 1000)

    @property
    def parent(self) -> Any:
        """The object this one belongs to, None for a flow."""
        if self._parent is None and self._PARENT is not None:
            above = self._pathspec.rpartition("/")[0]
            attempt = self._attempt if self._PARENT._HAS_ATTEMPTS else None
            self._parent = self._PARENT(above, attempt=attempt, _namespace_check=False)
        return self._parent

    @property
    def origin_pathspec(self) -> str | None:
        """The object of the resumed run that this one was copied from, None where nothing was."""
        above = self.parent.origin_pathspec if self.parent is not None else None
        own = self._origin_id()
        return f"{above}/{own}" if above and own else None

    def _origin_id(self) -> str | None:
        return self.id

    def is_in_namespace(self) -> bool:
        """Whether the object belongs to the current namespace."""
        return self._is_in_namespace(get_namespace())

    def _is_in_namespace(self, namespace: str | None) -> bool:
        return namespace is None or namespace in self._user_tags or namespace in self._system_tags

    def __iter__(self) -> Iterator[Any]:
        """The children, newest first: those of the namespace, without private ones."""
        if self._CHILD is None:
            raise TypeError(f"a {type(self).__name__} has no children")
        # The tags of a run are those of all below it, so only the choice of runs depends on the namespace.
        found = call("children", pathspec=self._pathspec, namespace=self._current_namespace, attempt=self._attempt)
        for child in found:
            if self._shows(str(child["id"])):
                yield self._child(child)

    def _shows(self, child: str) -> bool:
        """Whether iteration yields the child."""
        return True

    def _child(self, found: dict[str, Any]) -> Any:
        assert self._CHILD is not None
        attempt = self._attempt if self._CHILD._HAS_ATTEMPTS else None
        return self._CHILD(
            attempt=attempt,
            _object=found,
            _parent=self,
            _namespace_check=self._namespace_check,
            _current_namespace=self._current_namespace,
        )

    def _filtered_children(self, *tags: str) -> Iterator[Any]:
        return (child for child in self if all(tag in child.tags for tag in tags))

    def __getitem__(self, id: str) -> Any:
        """The child of that id; KeyError where there is none."""
        found = self._find(id)
        if found is None:
            raise KeyError(id)
        return self._child(found)

    def __contains__(self, id: object) -> bool:
        return self._find(id) is not None

    def _find(self, id: object) -> dict[str, Any] | None:
        if self._CHILD is None:
            raise TypeError(f"a {type(self).__name__} has no children")
        name = str(id)
        if not name or "/" in name:
            return None
        attempt = self._attempt if self._CHILD._HAS_ATTEMPTS else None
        try:
            found: dict[str, Any] = call("object", pathspec=f"{self._pathspec}/{name}", attempt=attempt)
        except MetaflowNotFound:
            return None
        return found

    def __repr__(self) -> str:
        attempt = "" if self._attempt is None else f", attempt={self._attempt}"
        return f"{type(self).__name__}({self._pathspec!r}{attempt})"

    def _ipython_key_completions_(self) -> list[str]:
        return [child.id for child in self]

    def __getstate__(self) -> dict[str, Any]:
        where = get_metadata()
        return {
            "version": _STATE_VERSION,
            "data": [self._pathspec, self._attempt, where, self._current_namespace, self._namespace_check],
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        # Older forms lack the store or the namespace, the oldest has no version and is the object's own dictionary.
        data = state.get("data")
        if data is None:
            data = [state.get("_pathspec"), state.get("_attempt"), state.get("_namespace_check", False)]
        if not 3 <= len(data) <= 5:
            raise MetaflowInternalError(f"a newer version of the client pickled this {type(self).__name__}")
        namespace = data[-2] if len(data) > 3 else None
        self.__init__(  # type: ignore[misc]
            data[0], attempt=data[1], _namespace_check=bool(data[-1]), _current_namespace=namespace
        )
