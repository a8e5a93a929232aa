"""Runs one exit hook: `python -m spindle.exit_hook FLOW_FILE FUNCTION FLOW/RUN`.

The engine starts it after the run. The function is a dotted name, or a name in the flow's file, which is imported under
its own name and not as `__main__`, so that no flow starts.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def main(argv: list[str]) -> int:
    """Calls the hook; returns the exit code."""
    if len(argv) != 3:
        sys.stderr.write("usage: python -m spindle.exit_hook FLOW_FILE FUNCTION FLOW/RUN\n")
        return 2
    file, name, pathspec = argv
    # With -m the first entry is the working directory; imports of the hook are those of the flow.
    sys.path.insert(0, os.path.dirname(os.path.abspath(file)))
    try:
        function = _find(file, name)
    except Exception as e:
        print(f"[exit_hook] the function {name!r} was not found, neither as a dotted name nor in {file}: {e}")
        return 1
    try:
        function(**({"run": _run(pathspec)} if _takes_run(function) else {}))
    except Exception as e:
        from spindle.worker.faults import trimmed_text

        sys.stderr.write(trimmed_text(e))
        return 1
    return 0


def _find(file: str, name: str) -> Callable[..., Any]:
    module, _, function = name.rpartition(".")
    if module:
        try:
            return getattr(importlib.import_module(module), function)  # type: ignore[no-any-return]
        except (ImportError, AttributeError):
            pass
    title = os.path.splitext(os.path.basename(file))[0]
    spec = importlib.util.spec_from_file_location(title, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is no Python file")
    loaded = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(title, loaded)
    spec.loader.exec_module(loaded)
    return getattr(loaded, name)  # type: ignore[no-any-return]


def _takes_run(function: Callable[..., Any]) -> bool:
    import inspect

    parameters = inspect.signature(function).parameters.values()
    return any(parameter.name == "run" or parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)


def _run(pathspec: str) -> Any:
    from spindle.client import Run

    try:
        return Run(pathspec, _namespace_check=False)
    except Exception as e:
        print(f"[exit_hook] the run {pathspec} can not be read: {e}")
        return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
