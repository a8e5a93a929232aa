"""Reads runs with the real metaflow client: each argument is STORE/RUN, each answer one line of JSON.

For every task that is marked done, in the store and then in the metadata, all its artifacts are loaded; what fails to load is an error.
A run killed before its first record is none for this client: it has nothing to read.
An engine killed between the two marks leaves a task that a resume takes over and that this client takes for unfinished, like the peer's own engine.
"""

import json
import os
import sys

from metaflow import Run, metadata, namespace


def done(store, flow, run, step, task):
    folder = os.path.join(store, ".metaflow", flow, run, step, task)
    stored = any(name.endswith(".DONE.lock") for name in os.listdir(folder))
    return stored and any(name.startswith("sysmeta_attempt-done_") for name in os.listdir(os.path.join(folder, "_meta")))


def read(store, flow, run_id):
    metadata("local@" + store)
    folder = os.path.join(store, ".metaflow", flow, run_id)
    if not os.path.exists(os.path.join(folder, "_meta", "_self.json")):
        lost = [name for _, _, names in os.walk(folder) for name in names if name.endswith(".DONE.lock")]
        return {"run": run_id, "done": [], "errors": lost, "successful": False, "total": None}
    run = Run("%s/%s" % (flow, run_id))
    tasks, errors = [], []
    for step in run:
        for task in step:
            if not done(store, flow, run_id, step.id, task.id):
                continue
            try:
                values = {name: task[name].data for name in ("_task_ok", "_success", "_transition", "_foreach_stack", "name")}
                values.update((a.id, a.data) for a in task)
                name = step.id if step.id != "body" else "body-%d" % task.index
                tasks.append(name)
                if step.id == "body" and values["value"] != {"item": task.index, "square": task.index**2}:
                    errors.append("%s: wrong value %r" % (task.pathspec, values["value"]))
            except Exception as e:
                errors.append("%s: %s: %s" % (task.pathspec, type(e).__name__, e))
    total = run["end"].task.data.total if run.successful else None
    return {"run": run_id, "done": sorted(tasks), "errors": errors, "successful": bool(run.successful), "total": total}


def main():
    namespace(None)
    for line in sys.stdin:
        store, flow, run_id = line.split()
        print(json.dumps(read(store, flow, run_id)), flush=True)


if __name__ == "__main__":
    main()
