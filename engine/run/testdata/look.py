"""Prints what the real client sees of the latest run, for the test to compare."""

import json
import sys

from metaflow import Flow, namespace

namespace(None)
run = Flow("TestFlow")[sys.argv[1]]
print(
    json.dumps(
        {
            "successful": run.successful,
            "stdout": run["end"].task.stdout,
            "tasks": {step.id: len(list(step)) for step in run},
            "texts": sorted(task["text"].data for task in run["inner"]),
            "paths": sorted(task.metadata_dict["foreach-execution-path"] for task in run["inner"]),
            "stacks": sorted([list(f)[1:] for f in task["_foreach_stack"].data] for task in run["inner"]),
            "parents": sorted(task.id for task in run["join"].task.parent_tasks) == sorted(task.id for task in run["gather"]),
            "attempts": run["flaky"].task.current_attempt,
        }
    )
)
