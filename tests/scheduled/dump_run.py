"""Prints all that a client sees of one run as canonical JSON: what dump_client.py of the compatibility tests does, for a run of any id.

dump_run.py FLOW_FILE RUN_ID
"""

from __future__ import annotations

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../compat/client"))

import dump_client  # noqa: E402
from metaflow import Flow, Run, namespace  # noqa: E402

from canonical import Json, Names  # noqa: E402


def dump(path: str, run_id: str) -> Json:
    """The whole document."""
    namespace(None)
    name = dump_client.load_flow(path)
    run: Run = Flow(name)[run_id]
    names = Names(name, run.id)
    steps = ["_parameters"] + sorted(s.id for s in run)
    tasks = [task for step in steps for task in sorted(run[step], key=lambda t: (t.created_at, t.id))]
    for task in tasks:
        names.add(task.parent.id, task.id, dump_client.task_key(task))
    return {
        "run": dump_client.dump_run(run, names),
        "tasks": {names.key(t.parent.id, t.id): dump_client.dump_task(t, names) for t in tasks},
    }


if __name__ == "__main__":
    json.dump(dump(sys.argv[1], sys.argv[2]), sys.stdout, indent=1, sort_keys=True, ensure_ascii=True)
    print()
