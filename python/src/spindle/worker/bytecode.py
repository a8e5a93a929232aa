"""Keeps the SDK's own bytecode also where Python is told to write none (PYTHONDONTWRITEBYTECODE, as in many images).

That is said of the user's modules, of whose folders nobody wants to find more in them. The SDK lies in a cache, and to
compile it anew takes longer than all the rest of a small run.
"""

from __future__ import annotations

import os
import sys


def keep() -> None:
    """Compiles the SDK, once for an interpreter."""
    if not sys.dont_write_bytecode:
        return
    import importlib.util

    # The last file to be compiled: where its bytecode is, all are.
    if os.path.exists(importlib.util.cache_from_source(__file__)):
        return
    import py_compile

    for file in [*_others(), __file__]:
        try:
            py_compile.compile(file, doraise=True)
        except (OSError, py_compile.PyCompileError):
            return  # where nothing can be written, nothing can be kept


def _others() -> list[str]:
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    found = []
    for package in ("metaflow", "spindle"):
        for folder, _, names in os.walk(os.path.join(root, package)):
            found += [os.path.join(folder, name) for name in sorted(names) if name.endswith(".py")]
    return [file for file in found if file != os.path.abspath(__file__)]
