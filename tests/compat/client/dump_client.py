"""Prints all that a client sees of one run as canonical JSON.

    dump_client.py FLOW_FILE INDEX

INDEX counts the flow's runs from the oldest. Run under the real metaflow and under Spindle's, over stores that either wrote, the
output must be the same. The store is the one METAFLOW_DATASTORE_SYSROOT_LOCAL names.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from typing import Any, Callable, Dict, List

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from metaflow import Flow, FlowSpec, Metaflow, Run, Step, Task, namespace  # noqa: E402
from metaflow.exception import MetaflowNotFound  # noqa: E402

from canonical import Canonical, Json, Names, exception, log  # noqa: E402

PRIVATE = (
    "_transition _foreach_stack _iteration_stack _foreach_var _foreach_num_splits _foreach_values _task_ok _success "
    "_current_step _unbounded_foreach _parallel_ubf_iter _control_mapper_tasks _control_task_is_mapper_zero "
    "_configs_processed _exception _catch_exception"
).split()

# Facts of one machine or one version; their values may differ, and some are written by one of the two only.
VOLATILE = {"python_version", "metaflow_version", "ds-root", "origin-task-id"}

# Facts that one of the two leaves out: of the working copy, and in a resumed run the names of the flow's ends.
UNCOMPARED = {"git-info", "start_step", "end_step"}


def load_flow(path: str) -> str:
    """Imports the flow file, so that classes in it can be unpickled, and returns the name of its flow."""
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    spec = importlib.util.spec_from_file_location("flow_file", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    main = sys.modules["__main__"]
    for name, value in vars(module).items():
        if not hasattr(main, name):
            setattr(main, name, value)
    flows = [
        v
        for v in vars(module).values()
        if isinstance(v, type) and issubclass(v, FlowSpec) and v.__module__ == "flow_file"
    ]
    return flows[-1].__name__


def guarded(read: Callable[[], Any]) -> Json:
    """What the read gives, or the kind of its failure."""
    try:
        return read()
    except Exception as problem:
        return {"error": type(problem).__name__}


def task_key(task: Task) -> str:
    """A name by place in the graph: step, foreach indices, round of a loop."""
    key = str(task.parent.id)
    if "_foreach_stack" in task:
        indices = [str(frame.index) for frame in task["_foreach_stack"].data]
    else:
        path = task.metadata_dict.get("foreach-execution-path") or ""
        indices = [part.split(":")[-1] for part in path.split(",") if part]
    if indices:
        key += "[" + ",".join(indices) + "]"
    if "_iteration_stack" in task and task["_iteration_stack"].data:
        key += "#" + ",".join(str(n) for n in task["_iteration_stack"].data)
    return key


def artifact(task: Task, name: str, names: Names) -> Json:
    """One artifact's value; of a text, whether its size is that of the text: it is for files that were included."""

    def read() -> Json:
        value = task[name].data
        written = Canonical(names).write(value)
        if not isinstance(value, (str, bytes)):
            return written
        return [written, task[name].size == len(value if isinstance(value, bytes) else value.encode())]

    return guarded(read)


def metadata(task: Task) -> Json:
    """System metadata without repetitions: name to all values seen."""
    found: Dict[str, set] = {}
    for entry in task.metadata:
        value = "*" if entry.name in VOLATILE else str(entry.value)
        if entry.name == "origin-run-id" and value != "None":
            value = "<origin>"
        if entry.name not in UNCOMPARED:
            found.setdefault(entry.name, set()).add(value)
    return {name: sorted(values) for name, values in sorted(found.items())}


def read_log(task: Task, stream: str) -> str:
    """A log as text; as bytes first, because a log need not be UTF-8."""
    lines = (line if isinstance(line, bytes) else line.encode() for _, line in task.loglines(stream, as_unicode=False))
    return b"\n".join(lines).decode("utf-8", "backslashreplace")


def attempt(task: Task, number: int, names: Names) -> Json:
    """What one earlier attempt left."""
    earlier = Task(task.pathspec, attempt=number)
    return {
        "stdout": log(read_log(earlier, "stdout"), names),
        "stderr": log(read_log(earlier, "stderr"), names),
        "successful": guarded(lambda: earlier.successful),
        "exception": guarded(lambda: exception(earlier.exception, names)),
        "artifacts": guarded(lambda: sorted(a.id for a in earlier)),
    }


def related(tasks: Any, names: Names) -> Json:
    """The names of tasks a relation yields."""
    return sorted(names.key(*pathspec.split("/")[2:]) for pathspec in tasks)


def dump_task(task: Task, names: Names) -> Json:
    """Everything about one task."""
    public = sorted(a.id for a in task)
    private = [name for name in PRIVATE if name in task]
    own = task.parent.id == "_parameters"
    return {
        "artifacts": {name: artifact(task, name, names) for name in public + private},
        "graph": artifact(task, "_graph_info", names) if own else "_graph_info" in task,
        "finished": task.finished,
        "successful": task.successful,
        "finished_at": task.finished_at is not None,
        "exception": guarded(lambda: exception(task.exception, names)),
        "index": guarded(lambda: task.index),
        "stdout": log(read_log(task, "stdout"), names),
        "stderr": log(read_log(task, "stderr"), names),
        "attempt": task.current_attempt,
        "earlier": [attempt(task, n, names) for n in range(task.current_attempt)],
        "parents": None if own else guarded(lambda: related(task.parent_task_pathspecs, names)),
        "children": None if own else guarded(lambda: related(task.child_task_pathspecs, names)),
        "metadata": metadata(task),
        "code": task.code is not None,
        "runtime": task.runtime_name,
        "stored": stored(task),
        "ordered": [ordered(task, stream) for stream in ("stdout", "stderr")],
    }


def stored(task: Task) -> Json:
    """What the task's folder says of each artifact's type, for readers that don't unpickle; and the files it has."""
    folder = os.path.join(os.environ["METAFLOW_DATASTORE_SYSROOT_LOCAL"], ".metaflow", task.pathspec)
    data = os.path.join(folder, "%d.data.json" % task.current_attempt)
    if not os.path.exists(data):
        return None
    with open(data, encoding="utf-8") as file:
        info = json.load(file)["info"]
    return {name: [entry["type"], entry["encoding"]] for name, entry in sorted(info.items())}


def ordered(task: Task, stream: str) -> bool:
    """Whether the times of a log never go back."""
    times = [at for at, _ in task.loglines(stream, as_unicode=False) if at is not None]
    return times == sorted(times)


def dump_step(step: Step) -> Json:
    """A step's place in the graph."""
    return {
        "tasks": len(list(step)),
        "parents": guarded(lambda: sorted(s.id for s in step.parent_steps)),
        "children": guarded(lambda: sorted(s.id for s in step.child_steps)),
        "control": len(list(step.control_tasks())),
        "finished_at": guarded(lambda: step.finished_at is not None),
    }


def system_tags(tags: Any) -> List[str]:
    """System tags without the versions in them."""
    return sorted(t.split(":")[0] + ":*" if "_version:" in t else t for t in tags)


def resumed(run: Run) -> bool:
    """Whether the run has an origin; for one that has none metaflow names a run called None."""
    return (run.origin_pathspec or "None").split("/")[-1] != "None"


def dump_run(run: Run, names: Names) -> Json:
    """Everything about the run itself."""
    end = run.end_task
    return {
        "finished": run.finished,
        "successful": run.successful,
        "finished_at": run.finished_at is not None,
        "end": names.key(end.parent.id, end.id) if end else None,
        "data": sorted(n for n in dir(run.data) if not n.startswith("_")) if end else None,
        "user_tags": sorted(run.user_tags),
        "system_tags": system_tags(run.system_tags),
        "code": run.code is not None,
        "origin": resumed(run),
        "steps": {s.id: dump_step(s) for s in sorted(run, key=lambda s: s.id)},
        "trigger": run.trigger is not None,
        "listed": run.id in [r.id for r in run.parent],
    }


def dump(path: str, index: int) -> Json:
    """The whole document."""
    namespace(None)
    name = load_flow(path)
    try:
        flow = Flow(name)
    except MetaflowNotFound:
        return {"flow": name, "run": None}
    runs = sorted((r.id for r in flow), key=int)
    if index >= len(runs):
        return {"flow": name, "run": None}
    run = flow[runs[index]]
    names = Names(name, run.id)
    steps = ["_parameters"] + sorted(s.id for s in run)
    tasks = [task for step in steps for task in sorted(run[step], key=lambda t: (t.created_at, t.id))]
    for task in tasks:
        names.add(task.parent.id, task.id, task_key(task))
    return {
        "flow": name,
        "known": name in [f.id for f in Metaflow()],
        "run": dump_run(run, names),
        "tasks": {names.key(t.parent.id, t.id): dump_task(t, names) for t in tasks},
    }


if __name__ == "__main__":
    json.dump(dump(sys.argv[1], int(sys.argv[2])), sys.stdout, indent=1, sort_keys=True, ensure_ascii=True)
    print()
