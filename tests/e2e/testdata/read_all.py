"""Loads every artifact of every run of a flow with the real client: STORE FLOW."""

import sys

from metaflow import Flow, metadata, namespace

metadata("local@" + sys.argv[1])
namespace(None)
for run in Flow(sys.argv[2]):
    count = 0
    for step in run:
        for task in step:
            if task.finished:
                count += sum(1 for artifact in task if artifact.data is not None or True)
    print(run.pathspec, "successful", run.successful, "artifacts", count)
