"""The further files that a flow's mutators want in its code package."""

from __future__ import annotations

import os
from importlib.util import find_spec

from spindle.packaging_sys import ContentType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from spindle.worker.preparing import Prepared

_KINDS = {
    ContentType.USER_CONTENT: "user",
    ContentType.CODE_CONTENT: "code",
    ContentType.OTHER_CONTENT: "other",
}


class _Wrong(Exception):
    """Something that cannot be added."""


def packaged(prepared: Prepared) -> dict[str, Any]:
    """The files, each with its path here, its name below the place that its kind says, and that kind; or what is wrong
    with them, which matters only to those who make a package. Empty where no mutator adds any.
    """
    found: dict[tuple[str, str], dict[str, str]] = {}
    steps = (one for step in prepared.steps for one in step.config_decorators)
    for mutator in dict.fromkeys((*prepared.mutators, *steps)):
        try:
            for entry in mutator.add_to_package() or ():
                for file in _files(entry):
                    known = found.setdefault((file["kind"], file["name"]), file)
                    if known["path"] != file["path"]:
                        raise _Wrong(f"{file['path']} is to be {file['name']!r}, which {known['path']} is already")
        except _Wrong as e:
            return {"error": f"add_to_package of {mutator}: {e}"}
        except Exception as e:
            return {"error": f"add_to_package of {mutator} raised {type(e).__name__}: {e}"}
    return {"files": list(found.values())} if found else {}


def _files(entry: Any) -> Iterator[dict[str, str]]:
    try:
        content, name, *rest = entry
        kind = ContentType(rest[0]) if rest else ContentType.CODE_CONTENT
    except (TypeError, ValueError):
        raise _Wrong(f"{entry!r:.80} is not (path, name) or (path, name, ContentType)") from None
    if kind is ContentType.MODULE_CONTENT:
        yield from _module(content)
        return
    path, name = os.path.realpath(str(content)), os.path.normpath(str(name))
    if kind not in _KINDS or name.startswith("..") or os.path.isabs(name):
        raise _Wrong(f"the name in {entry!r:.80} does not stay in the package")
    if not os.path.isfile(path):
        raise _Wrong(f"{str(content)!r} is no file")
    yield {"path": path, "name": name, "kind": _KINDS[kind]}


def _module(name: Any) -> Iterator[dict[str, str]]:
    """The files of a module, which containers import as here."""
    name = getattr(name, "__name__", name)
    try:
        spec = find_spec(str(name))
    except (ImportError, ValueError):
        spec = None
    if spec is None or not (spec.submodule_search_locations or spec.has_location):
        raise _Wrong(f"the module {name!r} cannot be found")
    top = str(name).replace(".", "/")
    if not spec.submodule_search_locations:
        path = str(spec.origin)
        yield {"path": path, "name": top + os.path.splitext(path)[1], "kind": "code"}
        return
    for folder in spec.submodule_search_locations:
        for at, folders, files in os.walk(folder):
            folders[:] = sorted(one for one in folders if one != "__pycache__")
            for file in sorted(files):
                path = os.path.join(at, file)
                yield {"path": path, "name": os.path.join(top, os.path.relpath(path, folder)), "kind": "code"}


__all__ = ["packaged"]
