"""Makes `metaflow.x` mean Spindle's own modules, object for object.

A pickle names a class by module and name, and the two packages must load each other's pickles; so the classes that
travel carry Metaflow's module names, and importing such a module gives the Spindle module that holds them.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

# Module of Metaflow -> module of Spindle; None for a package that exists only as a parent of others.
ALIASES: dict[str, str | None] = {
    "metaflow.cards": "spindle.cards",
    "metaflow.client": "spindle.client",
    "metaflow.client.core": "spindle.client",
    "metaflow.datastore": None,
    "metaflow.datastore.exceptions": "spindle.exception",
    "metaflow.datastore.inputs": "spindle.inputs",
    "metaflow.decorators": "spindle.decorators",
    "metaflow.events": "spindle.events",
    "metaflow.exception": "spindle.exception",
    "metaflow.flowspec": "spindle.flowspec",
    "metaflow.includefile": "spindle.includefile",
    "metaflow.metaflow_current": "spindle.running",
    "metaflow.metaflow_profile": "spindle.profiling",
    "metaflow.multicore_utils": "spindle.multicore",
    "metaflow.packaging_sys": "spindle.packaging_sys",
    "metaflow.parameters": "spindle.parameters",
    "metaflow.plugins": None,
    "metaflow.plugins.cards": None,
    "metaflow.plugins.cards.card_modules": None,
    "metaflow.plugins.cards.card_modules.components": "spindle.cards",
    "metaflow.plugins.catch_decorator": "spindle.decorators.catching",
    "metaflow.plugins.datatools": "spindle.s3",
    "metaflow.plugins.datatools.s3": "spindle.s3",
    "metaflow.plugins.datatools.s3.s3": "spindle.s3",
    "metaflow.plugins.timeout_decorator": "spindle.decorators.timeouts",
    "metaflow.tuple_util": "spindle.frames",
    "metaflow.user_decorators": None,
    "metaflow.user_decorators.mutable_flow": "spindle.mutators",
    "metaflow.user_decorators.mutable_step": "spindle.mutators",
    "metaflow.user_decorators.user_flow_decorator": "spindle.mutators",
    "metaflow.user_decorators.user_step_decorator": "spindle.mutators",
    "metaflow.user_configs": None,
    "metaflow.user_configs.config_parameters": "spindle.configs",
    "metaflow.unbounded_foreach": "spindle.unbounded",
}
_PACKAGES = frozenset(name.rpartition(".")[0] for name in ALIASES)


class AliasFinder:
    """Finds the modules below `metaflow`; it is both finder and loader."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name in ALIASES:
            return ModuleSpec(name, self, is_package=name in _PACKAGES)  # type: ignore[arg-type]
        if name.startswith("metaflow."):
            raise ModuleNotFoundError(
                f"No module named {name!r}: Spindle's metaflow has no such module "
                "(it is no public one, or is not supported yet)",
                name=name,
            )
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        target = ALIASES[module.__name__]
        if target is not None:
            __import__(target)
            # The import system returns what stands here when the loader is done.
            sys.modules[module.__name__] = sys.modules[target]


def install() -> None:
    """Puts the finder in front of all others, once."""
    if not any(isinstance(finder, AliasFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, AliasFinder())
