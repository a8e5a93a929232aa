"""`metaflow` in a process with Spindle: the same objects as in `spindle`, under the names flows already import."""

from __future__ import annotations

import spindle
from spindle.alias import install as _install

TYPE_CHECKING = False
if TYPE_CHECKING:
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
    from spindle.client import inspect_spin as inspect_spin
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
    from spindle.runner import Runner as Runner
    from spindle.running import current as current
    from spindle.steps import step as step

# The version of Metaflow whose behaviour this package follows.
__version__ = "2.19.38"
__all__ = spindle.__all__

_install()


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(f"module 'metaflow' has no attribute {name!r}")
    return getattr(spindle, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *dir(spindle)})
