"""What the client looks at: which store, and which namespace of it.

Both are set for the whole process, as in Metaflow.
"""

from __future__ import annotations

import os

from spindle.client.calls import call
from spindle.exception import MetaflowUnknownUser
from spindle.running import current

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class _Scope:
    """The process's choice; the default is looked up at the first use, when the environment is complete."""

    namespace: str | None = None
    chosen = False


_scope = _Scope()


def namespace(ns: str | None) -> str | None:
    """Shows only objects of this namespace from now on; None or an empty one shows all. Returns the namespace."""
    _scope.namespace, _scope.chosen = ns or None, True
    return _scope.namespace


def get_namespace() -> str | None:
    """The current namespace, None for all."""
    if not _scope.chosen:
        default_namespace()
    return _scope.namespace


def default_namespace() -> str | None:
    """Goes back to the namespace one starts with: the task's in a step, elsewhere the user's own."""
    if current.is_running_flow:
        return namespace(current.namespace)
    return namespace(_identity(os.environ))


def _identity(env: Mapping[str, str]) -> str:
    """The tag of who runs things here: a production token, or a user."""
    token = env.get("METAFLOW_PRODUCTION_TOKEN")
    if token:
        return f"production:{token}"
    for name in ("METAFLOW_USER", "SUDO_USER", "USERNAME", "USER"):
        user = env.get(name)
        if user and user != "root":
            return f"user:{user}"
    raise MetaflowUnknownUser()


def metadata(ms: str) -> str:
    """Reads another store from now on: a folder that has `.metaflow`, or `local@folder`. Returns its description."""
    return str(call("use", metadata=ms)["metadata"])


def inspect_spin(datastore_root: str = ".") -> None:
    """Reads what was spun with --persist from now on: that of a folder which has `.metaflow_spin`."""
    metadata(f"spin@{os.path.abspath(datastore_root)}")


def get_metadata() -> str:
    """The store that is read, as `local@folder`."""
    return str(call("provider")["metadata"])


def default_metadata() -> str:
    """Goes back to the store one starts with."""
    return metadata(str(call("provider")["default"]))
