"""Reads runs with whichever client `import metaflow` is, and says of each what its twin in the other language must have as well.

    read_twins.py CLIENT_FOLDER

Each line of stdin is {"store": DIR, "flow": NAME, "index": N}, N counting the flow's runs from the oldest; each answer is a line of JSON.
What is left out is what two languages can't share: how a failure is typed and traced, where in a file a step stands, versions.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any, Dict

sys.path.insert(0, sys.argv[1])

import dump_client  # noqa: E402
from metaflow import Flow, Run, Task, metadata, namespace  # noqa: E402
from metaflow.exception import MetaflowNotFound  # noqa: E402

from canonical import Json, Names  # noqa: E402

# Facts of a language, or of the place where the run was made.
OWN = {"python_version", "go_version", "metaflow_version", "script-name", "code-package", "code-package-sha", "ds-root"}

# Of an artifact that says what failed: its type is the language's.
FAILURES = {"_exception", "_catch_exception"}


def stored(task: Task) -> Json:
    """The types of artifacts as the store has them, for readers that read no value."""
    kinds = dump_client.stored(task)
    if kinds is None:
        return None
    return {name: kind for name, kind in kinds.items() if name not in FAILURES and not failure(kind[0])}


def failure(kind: str) -> bool:
    return "Exception" in kind or "Failure" in kind


def plainer(value: Json) -> Json:
    """A document in which a stored exception is only that there was one."""
    if isinstance(value, dict):
        if set(value) == {"exception"} and isinstance(value["exception"], dict):
            return {"exception": True}
        if set(value) == {"type", "text", "frames"}:
            return {"exception": True}
        return {k: plainer(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plainer(v) for v in value]
    return value


def graph(value: Json) -> Json:
    """The graph without the places of its steps in a file and their comments; a gang has no mark of its own in Go."""
    if isinstance(value, dict):
        if set(value) == {"list"}:
            return {"list": [graph(v) for v in value["list"] if not mark_of_gang(v)]}
        return {k: graph(v) for k, v in value.items() if k not in ("file", "line", "doc", "source_file")}
    if isinstance(value, list):
        return [graph(v) for v in value]
    return value


def mark_of_gang(value: Json) -> bool:
    return isinstance(value, dict) and value.get("dict", {}).get("name") == "parallel"


def printed(lines: Json) -> Json:
    """What a task's own code printed: a language reports failures in its own way."""
    out = []
    for line in lines:
        if isinstance(line, dict) and "report" in line or isinstance(line, str) and line.startswith("flow.Catch caught"):
            return out
        if not (isinstance(line, str) and line.startswith("<time> ")):
            out.append(line)
    return out if out != [""] else []


def read_task(task: Task, names: Names) -> Json:
    """What is compared of one task."""
    whole = dump_client.dump_task(task, names)
    for left_out in ("stderr", "code", "runtime"):
        del whole[left_out]
    for earlier in whole["earlier"]:
        del earlier["stderr"]
        earlier["stdout"] = printed(earlier["stdout"])
    for name in FAILURES:
        if name in whole["artifacts"]:
            whole["artifacts"][name] = "there"
    whole["metadata"] = {name: values for name, values in whole["metadata"].items() if name not in OWN}
    whole["stdout"] = printed(whole["stdout"])
    whole["graph"] = graph(whole["graph"])
    whole["stored"] = stored(task)
    return plainer(whole)


def read_run(run: Run) -> Json:
    """What is compared of a run."""
    names = Names(run.parent.id, run.id)
    steps = ["_parameters"] + sorted(s.id for s in run)
    tasks = [task for step in steps for task in sorted(run[step], key=lambda t: (t.created_at, t.id))]
    for task in tasks:
        names.add(task.parent.id, task.id, dump_client.task_key(task))
    about = dump_client.dump_run(run, names)
    about["system_tags"] = [t for t in about["system_tags"] if not t.startswith(("python_version", "go_version"))]
    del about["code"]
    return {
        "run": about,
        "tasks": {names.key(t.parent.id, t.id): read_task(t, names) for t in tasks},
    }


def answer(question: Dict[str, Any]) -> Json:
    """The document about one run."""
    os.environ["METAFLOW_DATASTORE_SYSROOT_LOCAL"] = question["store"]
    metadata("local@" + question["store"])
    namespace(None)
    try:
        flow = Flow(question["flow"])
    except MetaflowNotFound:
        return {"run": None}
    runs = sorted((r.id for r in flow), key=int)
    if question["index"] >= len(runs):
        return {"run": None}
    return read_run(flow[runs[question["index"]]])


def main() -> None:
    """Answers until its input ends."""
    for line in sys.stdin:
        try:
            found = {"document": answer(json.loads(line))}
        except Exception as problem:
            found = {"error": "%s: %s" % (type(problem).__name__, problem)}
        print(json.dumps(found, sort_keys=True), flush=True)


if __name__ == "__main__":
    main()
