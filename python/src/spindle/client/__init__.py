"""The client: a look at past and running flows from a step, a script or a notebook.

    from spindle import Flow
    run = Flow("DemandFlow").latest_successful_run
    print(run.data.report)

Objects form a tree, Metaflow() > Flow > Run > Step > Task > DataArtifact. Each can be made from its pathspec, iterated
over and indexed by the id of a child. What is stored is read by the engine; values are unpickled here, in the process
that asks for them.
"""

from __future__ import annotations

from spindle.client.artifacts import DataArtifact, MetaflowData
from spindle.client.base import MetaflowObject
from spindle.client.code import MetaflowCode
from spindle.client.flows import Flow, Metaflow
from spindle.client.runs import Run
from spindle.client.scope import (
    default_metadata,
    default_namespace,
    get_metadata,
    get_namespace,
    inspect_spin,
    metadata,
    namespace,
)
from spindle.client.steps import Step
from spindle.client.tasks import Metadata, Task

__all__ = [
    "DataArtifact",
    "Flow",
    "Metadata",
    "Metaflow",
    "MetaflowCode",
    "MetaflowData",
    "MetaflowObject",
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
]

# A pickled object names its class; Metaflow's clients must find it, and theirs must be found here.
for _class in (MetaflowObject, MetaflowCode, MetaflowData, DataArtifact, Task, Step, Run, Flow, Metaflow):
    _class.__module__ = "metaflow.client.core"
DataArtifact._PARENT, Task._PARENT, Step._PARENT, Run._PARENT = Task, Step, Run, Flow
del _class
