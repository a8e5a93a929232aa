"""Prints what metaflow's client says of the runs of PeerFlow, as JSON."""

import json

from metaflow import Flow, namespace


def seen(task):
    return {
        "step": task.parent.id,
        "created": round(task.created_at.timestamp() * 1000),
        "tags": sorted(task.tags),
        "attempt": task.current_attempt,
        # Of an included file, the client says the size of the file, for which it unpickles the value.
        "artifacts": {a.id: [a.sha, a.size if a.id != "text" else 0] for a in task},
        "stdout": [[round(at.timestamp() * 1e6), line] for at, line in task.loglines("stdout")],
        "records": {name: value for name, value in task.metadata_dict.items()},
        "successful": task.successful,
    }


def tasks(run):
    return {t.pathspec: seen(t) for s in run for t in s}


namespace(None)
flow = Flow("PeerFlow")
print(
    json.dumps(
        {
            "runs": [r.id for r in flow],
            "latest": flow.latest_successful_run.id,
            "steps": [s.id for s in flow.latest_run],
            "tasks": {pathspec: t for run in flow for pathspec, t in tasks(run).items()},
        }
    )
)
