"""Imports a flow file as `__main__`, the way `python flow.py` would, up to the point where the flow would run."""

from __future__ import annotations

import faulthandler
import itertools
import os
import sys

from spindle import launch
from spindle.exception import MetaflowException
from spindle.frames import place_in
from spindle.worker import debugging, overlay
from spindle.worker.ending import ExitHandlers
from spindle.worker.faults import FlowError, decorator_fault, import_fault, place_of, syntax_fault
from spindle.worker.hazards import fork_hazard, open_descriptors
from spindle.worker.randomness import Randomness

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, ModuleType
    from typing import Any

    from spindle.flowspec import FlowSpec
    from spindle.worker.halves import FirstHalf

    Request = dict[str, Any]

__all__ = ["FlowError", "Loader"]

# What identifies a flow in a request; a worker serves one.
_IDENTITY = ("source", "class", "with")


class Imported:
    """The modules imported since. Only those are looked at: in a fork of a process with large libraries, to touch each
    module takes longer than to import a small flow.
    """

    def __init__(self) -> None:
        self._last = next(reversed(sys.modules), "")

    def __iter__(self) -> Iterator[str]:
        names = list(itertools.takewhile(lambda name: name != self._last, reversed(sys.modules)))
        return reversed(names)


class Loader:
    """The flow of this process."""

    def __init__(self) -> None:
        self.exits = ExitHandlers()
        self.randomness = Randomness()
        self.flow: FlowSpec | None = None
        self._unsettled: FlowSpec | None = None  # imported; its configs have been asked for
        self._request: tuple[Any, ...] | None = None
        self._description: Request | None = None
        self.begun: FirstHalf | None = None  # what `begin` has executed
        self.imported = Imported()  # since the file was begun
        self._open_before: frozenset[int] = frozenset()
        # Of what `begin` has executed: what it left open, the user's files it imported, the modules since.
        self._half_open: frozenset[int] = frozenset()
        self._half_files: list[str] = []
        self._since_half: Imported | None = None

    def begin(self, request: Request) -> FirstHalf:
        """Executes a flow's file up to its class; `load` goes on from there with any text that begins the same. Raises
        what the file raises, and ValueError where it has no class.
        """
        from spindle.worker.halves import FirstHalf

        overlay.take(request)
        half = FirstHalf(request)
        self._look_before()
        half.main = _main_module(half.source)
        try:
            with _Importing():
                exec(half.code, half.main.__dict__)
        finally:
            self._look_after()
        self._half_files = self.files(half.source)
        self._since_half = Imported()
        self._half_open = open_descriptors() - self._open_before
        self.begun = half
        return half

    def hazard(self) -> str:
        """Why what was executed so far must not be forked, empty where it may."""
        return fork_hazard(self._open_before)

    def files(self, source: str) -> list[str]:
        """The files of the user's own that were imported so far, and the flow's."""
        from spindle.worker.describing import files_of

        since = self.imported if self._since_half is None else self._since_half
        return sorted({os.path.abspath(source), *self._half_files, *files_of(since)})

    def _look_before(self) -> None:
        if self.begun is None:
            self.imported = Imported()
        # What the first half left open was opened by the flow, in whatever process it goes on.
        self._open_before = open_descriptors() - self._half_open
        self.randomness.watch()
        self.exits.watch()

    def _look_after(self) -> None:
        self.exits.unwatch()
        self.randomness.unwatch()

    def load(self, request: Request) -> FlowSpec:
        """Imports the flow of the request, or returns it when that has been done. Raises FlowError, and ConfigsWanted
        when the flow has configs and the request is without their values: then the next one has them.
        """
        identity = _identity(request)
        if self.flow is not None:
            if identity != self._request:
                raise FlowError(
                    "protocol",
                    "this worker has imported another flow, or the same with other decorators; start a new one",
                )
            return self.flow
        debugging.check(request.get("options") or {})
        if self.begun is not None:
            # Another process goes on from here: what was seeded goes on from there, what was not must not be the same.
            self.randomness.enter_child()
        self._look_before()
        try:
            flow = self._unsettled or self._import(request)
            self._unsettled = flow
            self._attach(flow, request)
        finally:
            self._look_after()
        self._request, self.flow, self._unsettled = identity, flow, None
        return flow

    def describe(self, request: Request) -> Request:
        """Imports the flow and returns its description."""
        flow = self.load(request)
        if self._description is None:
            from spindle.worker.describing import describe

            self._description = describe(flow, request, self.files(request["source"]), self._open_before)
        return self._description

    def enter_child(self) -> None:
        """To be called in a forked task before anything of the user's runs."""
        self.exits.enter_child()
        self.randomness.enter_child()

    def _import(self, request: Request) -> FlowSpec:
        source, wanted = request["source"], request.get("class") or ""
        over = overlay.take(request)
        code = main = None
        if self.begun is not None:
            code, main = _second_half(self.begun, request), self.begun.main
        if code is None or main is None:
            code, main = _compiled(source, over), _main_module(source)
        started: FlowSpec | None = None
        try:
            with _Importing():
                exec(code, main.__dict__)
        except launch.FlowStarted as e:
            started = e.flow
        except (Exception, SystemExit, KeyboardInterrupt) as e:
            raise import_fault(e, source) from e
        finally:
            _without_warnings()
        return _choose(main, started, wanted, source)

    def _attach(self, flow: FlowSpec, request: Request) -> None:
        """Resolves the flow's parameters, constants and decorators."""
        from spindle.worker.preparing import prepare

        try:
            if "spindle.configs" in sys.modules:
                from spindle.config_reading import want

                want(flow, request)
            prepare(flow, request)
        except MetaflowException as e:
            raise decorator_fault(e, type(flow), request["source"]) from e
        except Exception as e:
            if place_of(e.__traceback__, request["source"]) is None:
                raise
            raise import_fault(e, request["source"]) from e  # a mutator's, say


def _identity(request: Request) -> tuple[Any, ...]:
    """What must be the same in every request. The values of configs are not: they are told in several forms."""
    options = {key: value for key, value in (request.get("options") or {}).items() if key != "configs"}
    return tuple(request.get(field) or None for field in _IDENTITY) + (options,)


class _Importing:
    """Around the execution of a flow's file. A hang or a crash leaves its stack on stderr (the engine aborts what
    hangs), and the flow that the file runs ends it.
    """

    def __enter__(self) -> None:
        self._watched = faulthandler.is_enabled()  # by PYTHONFAULTHANDLER
        faulthandler.enable()
        launch.importing = True

    def __exit__(self, *_: object) -> None:
        launch.importing = False
        if not self._watched:
            faulthandler.disable()


def _second_half(half: FirstHalf, request: Request) -> CodeType | None:
    """What is left to be executed, None when that is everything."""
    try:
        return half.rest(request)
    except (SyntaxError, ValueError, OSError, RecursionError):
        return None  # to be met again, and reported then


def _compiled(source: str, over: overlay.Overlay | None) -> CodeType:
    text: str | bytes
    if over is not None:
        text = over.text
    else:
        try:
            with open(source, "rb") as file:
                text = file.read()
        except OSError as e:
            raise FlowError("import", f"{source} can not be read: {e.strerror}", file=source) from e
    try:
        code = compile(text, source, "exec", dont_inherit=True)
        return code if over is None else over.placed(code)
    except (SyntaxError, ValueError) as e:
        raise syntax_fault(e, source) from e
    except RecursionError as e:
        raise FlowError("syntax", "the file is nested too deeply to be compiled", file=source) from e


def _main_module(source: str) -> ModuleType:
    """A new `__main__`; the old one stays alive in the modules that belong to the worker."""
    from importlib.machinery import SourceFileLoader

    main = type(sys)("__main__")
    main.__file__ = source
    main.__loader__ = SourceFileLoader("__main__", source)
    vars(main)["__builtins__"] = sys.modules["builtins"]
    main.__dict__["__cached__"] = None
    place_in(main)
    sys.modules["spindle.worker.__main__"] = sys.modules["__main__"]
    sys.modules["__main__"] = main
    sys.argv[:] = [source]
    # The folder that was put first for the worker's own start gives way to the flow's, as it is for `python flow.py`.
    folder = os.path.dirname(os.path.abspath(source))
    if sys.path and sys.path[0] in ("", _working_folder()) and not getattr(sys.flags, "safe_path", False):
        sys.path[0] = folder
    else:
        sys.path.insert(0, folder)
    return main


def _working_folder() -> str:
    try:
        return os.getcwd()
    except OSError:
        return ""  # it has been deleted


def _choose(main: ModuleType, started: FlowSpec | None, wanted: str, source: str) -> FlowSpec:
    """The flow the file runs, or the one that was asked for."""
    if started is not None and wanted in ("", type(started).__name__):
        return started
    from spindle.flowspec import FlowSpec

    found = {
        value.__name__: value
        for value in vars(main).values()
        if isinstance(value, type) and issubclass(value, FlowSpec) and value is not FlowSpec
    }
    if wanted:
        if wanted not in found:
            raise FlowError("no_flow", f"{source} has no flow {wanted!r}", file=source, classes=sorted(found))
        return found[wanted](use_cli=False)
    own = [cls for cls in found.values() if cls.__module__ == "__main__"] or list(found.values())
    leaves = [cls for cls in own if not any(other is not cls and issubclass(other, cls) for other in own)]
    if not leaves:
        raise FlowError("no_flow", f"{source} has no flow: no class in it is derived from FlowSpec", file=source)
    if len(leaves) > 1:
        names = sorted(cls.__name__ for cls in leaves)
        raise FlowError("many_flows", f"{source} has several flows: {', '.join(names)}", file=source, classes=names)
    return leaves[0](use_cli=False)


def _without_warnings() -> None:
    """Metaflow silences Python's warnings once a flow runs, and what a step prints should not depend on who runs it."""
    import warnings

    warnings.filterwarnings("ignore")
