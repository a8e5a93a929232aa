"""Looks at a spun task with whichever client is on the path: every artifact can be read."""

import sys

from metaflow import Task, inspect_spin, namespace

inspect_spin(".")
namespace(None)
task = Task(sys.argv[1])
assert task.successful
for artifact in [*sorted(task, key=lambda a: a.id), task["_graph_info"], task["_transition"]]:
    print(artifact.id, repr(artifact.data)[:200])
