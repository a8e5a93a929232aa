"""Reads and writes a small store with Metaflow's own datastore classes; prints what it finds as JSON.

usage: peer.py read|write ROOT FLOW RUN STEP TASK
"""

import json
import sys

from metaflow.datastore import FlowDataStore
from metaflow.mflog.mflog import merge_logs
from metaflow.plugins.datastores.local_storage import LocalStorage


def open_flow(root, flow):
    return FlowDataStore(flow, None, storage_impl=LocalStorage, ds_root=root)


def read(root, flow, run, step, task):
    store = open_flow(root, flow)
    found = store.get_task_datastore(run, step, task)
    bulk = store.get_task_datastores(pathspecs=["/".join((run, step, task))])
    logs = [blob for _, blob in found.load_logs(["runtime", "task"], "stdout")]
    return {
        "attempt": found.attempt,
        "bulk": [d.pathspec for d in bulk],
        "artifacts": {name: describe(found[name]) for name in found},
        "sizes": dict(found.get_artifact_sizes(list(found))),
        "types": {name: found._info[name]["type"] for name in found},
        "log": [line.msg.decode("utf-8", "backslashreplace") for line in merge_logs(logs)],
        "times": [line.utc_tstamp.isoformat() for line in merge_logs(logs)],
        "empty": [b.decode() for _, b in found.load_logs(["runtime", "task"], "stderr")],
        "runtime": found.load_metadata(["runtime"])["runtime"],
    }


def describe(value):
    """Large values by length and ends only."""
    if isinstance(value, (bytes, str)) and len(value) > 100:
        return [type(value).__name__, len(value), repr(value[:8]), repr(value[-8:])]
    return repr(value)


def write(root, flow, run, step, task):
    store = open_flow(root, flow)
    made = store.get_task_datastore(run, step, task, attempt=0, mode="w")
    made.init_task()
    values = {"x": 5, "text": "h\u00e9llo", "big": b"0123456789abcdef" * 100_000, "none": None}
    made.save_artifacts(iter(values.items()))
    made.save_logs("runtime", {"stdout": b"[MFLOG|0|2026-11-21T00:00:01.000002Z|runtime|u]hi\nplain\n"})
    made.done()
    raw = store.save_data([b"raw bytes " * 50_000])
    return {"raw": raw[0][1]}


if __name__ == "__main__":
    action = {"read": read, "write": write}[sys.argv[1]]
    json.dump(action(*sys.argv[2:]), sys.stdout)
