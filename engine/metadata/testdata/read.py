"""Prints, as JSON, what Metaflow's client sees of the run given as flow/run below the folder given first."""
import json
import sys

from metaflow import Run, metadata, namespace

metadata("local@" + sys.argv[1])
namespace(None)
run = Run(sys.argv[2])
seen = {
    "created": run.created_at.timestamp() * 1000,
    "user_tags": sorted(run.user_tags),
    "system_tags": sorted(run.system_tags),
    "tasks": {},
}
for step in run:
    for task in step:
        seen["tasks"][task.pathspec] = {
            "tags": sorted(task.tags),
            "metadata": {m.name: [m.type, m.value] for m in sorted(task.metadata, key=lambda m: m.created_at)},
            "count": len(task.metadata),
            "attempt": task.current_attempt,
            "artifacts": {
                name: [task[name].sha, task[name]._object["location"], task[name]._object["attempt_id"]] for name in sys.argv[3:] if name in task
            },
        }
print(json.dumps(seen))
