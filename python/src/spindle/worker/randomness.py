"""Keeps forked tasks from sharing random numbers that fresh interpreters would not share.

A generator that the flow's import did not seed gets a new seed from the system in each task; one that it seeded
continues from where the import left it, as it would in an interpreter of its own. To tell them apart, the modules are
watched while the flow is imported: `random` by its class's seed method, which every generator passes through, and
`numpy.random` by its functions.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any


class Randomness:
    """What is known of the process's generators."""

    def __init__(self) -> None:
        self._watching = False
        self._restore: list[tuple[Any, str, Any]] = []
        self._seeded: set[int] = set()  # ids of generators of `random` that hold a seed of the user's
        self._generators: list[Any] = []  # weak references to those of `random`, except the global one
        self._state: Any = None  # of random's global generator, when it is seeded
        self._numpy_seeded = False
        self._numpy_generators: list[Any] = []  # made without a seed

    def watch(self) -> None:
        """Begins to watch; `unwatch` ends it."""
        self._watching = True
        for name, hook in self._hooks().items():
            if name in sys.modules:
                hook(sys.modules[name])
        sys.meta_path.insert(0, _Finder(self._hooks()))

    def unwatch(self) -> None:
        """Ends it, once the flow is imported."""
        self._watching = False
        sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, _Finder)]
        for owner, name, value in self._restore:
            setattr(owner, name, value)
        self._restore.clear()
        random = sys.modules.get("random")
        if random is not None and id(random._inst) in self._seeded:
            self._state = random.getstate()

    def _hooks(self) -> dict[str, Callable[[ModuleType], None]]:
        return {"random": self._watch_random, "numpy.random": self._watch_numpy}

    def _replace(self, owner: Any, name: str, value: Any) -> None:
        self._restore.append((owner, name, getattr(owner, name)))
        setattr(owner, name, value)

    def _watch_random(self, random: Any) -> None:
        import weakref

        cls = random.Random
        seed, setstate = cls.seed, cls.setstate

        def noticed(generator: Any, chosen: bool) -> None:
            if not self._watching or isinstance(generator, random.SystemRandom):
                return
            if chosen:
                self._seeded.add(id(generator))
            else:
                self._seeded.discard(id(generator))
            if generator is not random._inst:
                self._generators.append(weakref.ref(generator))

        def watched_seed(generator: Any, a: Any = None, version: int = 2) -> None:
            noticed(generator, a is not None)
            seed(generator, a, version)

        def watched_setstate(generator: Any, state: Any) -> None:
            noticed(generator, True)
            setstate(generator, state)

        self._replace(cls, "seed", watched_seed)
        self._replace(cls, "setstate", watched_setstate)
        # The functions of the module are methods bound before the class was changed.
        self._replace(random, "seed", random._inst.seed)
        self._replace(random, "setstate", random._inst.setstate)

    def _watch_numpy(self, random: Any) -> None:
        seed, set_state, default_rng = random.seed, random.set_state, random.default_rng

        def watched_seed(seed_: Any = None, *args: Any, **kwargs: Any) -> Any:
            if self._watching:
                self._numpy_seeded = (kwargs.get("seed") if seed_ is None else seed_) is not None
            return seed(seed_, *args, **kwargs) if not kwargs else seed(*args, **kwargs)

        def watched_set_state(*args: Any, **kwargs: Any) -> Any:
            if self._watching:
                self._numpy_seeded = True
            return set_state(*args, **kwargs)

        def watched_default_rng(*args: Any, **kwargs: Any) -> Any:
            generator = default_rng(*args, **kwargs)
            if self._watching and (args or tuple(kwargs.values()) or (None,))[0] is None:
                self._numpy_generators.append(generator)
            return generator

        self._replace(random, "seed", watched_seed)
        self._replace(random, "set_state", watched_set_state)
        self._replace(random, "default_rng", watched_default_rng)

    def enter_child(self) -> None:
        """In a forked task: reseeds what the user did not seed. (Python itself reseeds `random` after a fork, seeded or
        not.)
        """
        random: Any = sys.modules.get("random")
        if random is not None:
            if self._state is not None:
                random.setstate(self._state)
            for reference in self._generators:
                generator = reference()
                if generator is not None and id(generator) not in self._seeded:
                    generator.seed()
        numpy_random: Any = sys.modules.get("numpy.random")
        if numpy_random is None:
            return
        if not self._numpy_seeded:
            numpy_random.seed()
        for generator in self._numpy_generators:
            fresh = type(generator.bit_generator)()
            generator.bit_generator.state = fresh.state


class _Finder:
    """Calls a hook with a module right after its import."""

    def __init__(self, hooks: dict[str, Callable[[ModuleType], None]]) -> None:
        self._hooks = hooks

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        hook = self._hooks.get(name)
        if hook is None:
            return None
        for finder in sys.meta_path:
            if finder is self:
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                self._follow(spec, hook)
                return spec
        return None

    def _follow(self, spec: ModuleSpec, hook: Callable[[ModuleType], None]) -> None:
        loader: Any = spec.loader
        execute = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            del loader.exec_module
            execute(module)
            hook(module)

        loader.exec_module = exec_module
