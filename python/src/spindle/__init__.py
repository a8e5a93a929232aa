"""Spindle's Python SDK: what a flow written in Python imports.

The same objects are importable from `metaflow`. Importing this package does next to nothing: each public name is looked
up in its home module when it is first used, so that a worker pays only for what a flow needs.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    from spindle import cards as cards
    from spindle.client import DataArtifact as DataArtifact
    from spindle.client import Flow as Flow
    from spindle.client import Metaflow as Metaflow
    from spindle.client import Run as Run
    from spindle.client import Step as Step
    from spindle.client import Task as Task
    from spindle.client import default_metadata as default_metadata
    from spindle.client import default_namespace as default_namespace
    from spindle.client import get_metadata as get_metadata
    from spindle.client import get_namespace as get_namespace
    from spindle.client import metadata as metadata
    from spindle.client import namespace as namespace
    from spindle.config_values import ConfigValue as ConfigValue
    from spindle.configs import Config as Config
    from spindle.configs import config_expr as config_expr
    from spindle.decorators.functions import batch as batch
    from spindle.decorators.functions import card as card
    from spindle.decorators.functions import catch as catch
    from spindle.decorators.functions import conda as conda
    from spindle.decorators.functions import conda_base as conda_base
    from spindle.decorators.functions import environment as environment
    from spindle.decorators.functions import exit_hook as exit_hook
    from spindle.decorators.functions import kubernetes as kubernetes
    from spindle.decorators.functions import parallel as parallel
    from spindle.decorators.functions import project as project
    from spindle.decorators.functions import pypi as pypi
    from spindle.decorators.functions import pypi_base as pypi_base
    from spindle.decorators.functions import resources as resources
    from spindle.decorators.functions import retry as retry
    from spindle.decorators.functions import schedule as schedule
    from spindle.decorators.functions import secrets as secrets
    from spindle.decorators.functions import timeout as timeout
    from spindle.decorators.functions import trigger as trigger
    from spindle.decorators.functions import trigger_on_finish as trigger_on_finish
    from spindle.flowspec import FlowSpec as FlowSpec
    from spindle.includefile import IncludeFile as IncludeFile
    from spindle.multicore import parallel_imap_unordered as parallel_imap_unordered
    from spindle.multicore import parallel_map as parallel_map
    from spindle.mutators import USER_SKIP_STEP as USER_SKIP_STEP
    from spindle.mutators import FlowMutator as FlowMutator
    from spindle.mutators import StepMutator as StepMutator
    from spindle.mutators import UserStepDecorator as UserStepDecorator
    from spindle.mutators import user_step_decorator as user_step_decorator
    from spindle.parameters import JSONType as JSONType
    from spindle.parameters import JSONTypeClass as JSONTypeClass
    from spindle.parameters import Parameter as Parameter
    from spindle.profiling import profile as profile
    from spindle.running import current as current
    from spindle.steps import step as step

__version__ = "0.1.0"

# Where each public name lives.
_HOMES = {
    "Config": "configs",
    "ConfigValue": "config_values",
    "FlowSpec": "flowspec",
    "IncludeFile": "includefile",
    "JSONType": "parameters",
    "JSONTypeClass": "parameters",
    "Parameter": "parameters",
    "current": "running",
    "Runner": "runner",
    "S3": "s3",
    "FlowMutator": "mutators",
    "StepMutator": "mutators",
    "USER_SKIP_STEP": "mutators",
    "UserStepDecorator": "mutators",
    "user_step_decorator": "mutators",
    "config_expr": "configs",
    "parallel_imap_unordered": "multicore",
    "parallel_map": "multicore",
    "profile": "profiling",
    "step": "steps",
}
for _name in [
    "batch",
    "card",
    "catch",
    "conda",
    "conda_base",
    "environment",
    "exit_hook",
    "kubernetes",
    "parallel",
    "project",
    "pypi",
    "pypi_base",
    "resources",
    "retry",
    "schedule",
    "secrets",
    "timeout",
    "trigger",
    "trigger_on_finish",
]:
    _HOMES[_name] = "decorators.functions"
for _name in [
    "DataArtifact",
    "Flow",
    "Metaflow",
    "Run",
    "Step",
    "Task",
    "default_metadata",
    "default_namespace",
    "get_metadata",
    "get_namespace",
    "inspect_spin",
    "metadata",
    "namespace",
]:
    _HOMES[_name] = "client"
del _name

_MODULES = frozenset(("cards", "client", "decorators", "events", "exception", "flowspec", "includefile", "parameters"))

# Names of Metaflow that Spindle knows of and cannot serve yet, with what they belong to.
_LATER = {
    "NBRunner": "the Runner API",
    "Deployer": "deployment from Python",
    "DeployedFlow": "deployment from Python",
    "NBDeployer": "deployment from Python",
    "namespaced_event_name": "events",
    "pytorch_parallel": "frameworks on @parallel",
    "airflow_external_task_sensor": "Airflow sensors",
    "airflow_s3_key_sensor": "Airflow sensors",
}

__all__ = [*_HOMES, "cards"]


def _module(name: str) -> ModuleType:
    full = "spindle." + name
    __import__(full)
    return sys.modules[full]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is not None:
        value = globals()[name] = getattr(_module(home), name)
        return value
    if name in _MODULES:
        return _module(name)
    if name in _LATER:
        # ImportError and not AttributeError: `from spindle import X` would replace the latter's text by its own.
        raise ImportError(_not_yet(name), name=__name__)
    raise AttributeError(f"module 'spindle' has no attribute {name!r}{_hint(name)}")


def _not_yet(name: str) -> str:
    return f"{name} is not supported by Spindle {__version__} yet: {_LATER[name]} will come in a later version"


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_MODULES})


def _hint(name: str) -> str:
    """A did-you-mean clause; difflib is loaded only for this."""
    # The import system asks for each submodule as an attribute first, and would not show the text.
    if name.startswith("_") or sys._getframe(2).f_code.co_name == "_handle_fromlist":
        return ""
    import difflib

    close = difflib.get_close_matches(name, __all__, 1)
    return f"; did you mean {close[0]!r}?" if close else ""
