"""Prints how a client answers: to wrong pathspecs, in other namespaces, when tags change, when objects are pickled.

    check_client.py FLOW_FILE PICKLE_FROM PICKLE_TO

The flow must have two runs, the second a resumption of the first. PICKLE_TO is written; PICKLE_FROM is what the same script wrote
under the other client, or does not exist. Both clients must print the same.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
from typing import Any, Callable, Dict

from dump_client import load_flow
from metaflow import (
    DataArtifact,
    Flow,
    Metaflow,
    Run,
    Step,
    Task,
    default_metadata,
    default_namespace,
    get_metadata,
    get_namespace,
    metadata,
    namespace,
)

Answers = Dict[str, Any]


def answer(ask: Callable[[], Any]) -> Any:
    """The value, or the exception that came instead."""
    try:
        value = ask()
    except Exception as problem:
        return "raised " + type(problem).__name__
    return sorted(value) if isinstance(value, (set, frozenset)) else value


def wrong_paths(name: str, run: Run, task: Task) -> Answers:
    """What is not there, and what cannot be."""
    asks: Dict[str, Callable[[], Any]] = {
        "no flow": lambda: Flow("NoSuchFlow"),
        "no run": lambda: Run(name + "/17"),
        "no step": lambda: Step(run.pathspec + "/nowhere"),
        "no task": lambda: Task(run.pathspec + "/start/999"),
        "no artifact": lambda: DataArtifact(task.pathspec + "/nothing"),
        "flow with slash": lambda: Flow(name + "/1"),
        "run with one part": lambda: Run(name),
        "step with two parts": lambda: Step(run.pathspec),
        "task with five parts": lambda: Task(task.pathspec + "/x"),
        "artifact with four parts": lambda: DataArtifact(task.pathspec),
        "attempt of a run": lambda: Run(run.pathspec, attempt=0),
        "attempt too high": lambda: Task(task.pathspec, attempt=6),
        "attempt below 0": lambda: Task(task.pathspec, attempt=-1),
        "attempt as text": lambda: Task(task.pathspec, attempt="first"),
        "attempt as digits": lambda: Task(task.pathspec, attempt="0").data.name,
        "index of a flow": lambda: Flow(name)["17"],
        "index of a run": lambda: run["nowhere"],
        "index of a step": lambda: run["start"]["999"],
        "index of a task": lambda: task["nothing"],
        "attribute of data": lambda: task.data.nothing,
        "flow of Metaflow": lambda: Metaflow()["NoSuchFlow"],
    }
    return {what: answer(ask) for what, ask in asks.items()}


def tree(name: str, run: Run, task: Task) -> Answers:
    """Ways through the tree."""
    artifact = task["name"]
    asks: Dict[str, Callable[[], Any]] = {
        "texts": lambda: [masked(str(o), run) for o in (Flow(name), run, run["start"], Task(task.pathspec, attempt=0))],
        "reprs": lambda: [masked(repr(artifact), run), str(Metaflow())],
        "ids": lambda: [artifact.id, run["start"].id, Flow(name).id],
        "components": lambda: [len(o.path_components) for o in (Flow(name), run, run["start"], task, artifact)],
        "parents": lambda: artifact.parent.parent.parent.parent.id == name and Flow(name).parent is None,
        "contains": lambda: ["start" in run, "nowhere" in run, "name" in task, "_success" in task, run.id in Flow(name)],
        "steps in order": lambda: [s.id for s in run],
        "runs newest first": lambda: [r.id for r in Flow(name)] == sorted((r.id for r in Flow(name)), reverse=True),
        "runs with tag": lambda: len(list(Flow(name).runs("before"))) + 10 * len(list(Flow(name).runs("before", "x"))),
        "steps with tag": lambda: len(list(run.steps("before"))),
        "tasks with tag": lambda: len(list(run["start"].tasks("before"))),
        "latest": lambda: Flow(name).latest_run.id == max(r.id for r in Flow(name)),
        "latest successful": lambda: Flow(name).latest_successful_run.id == max(r.id for r in Flow(name)),
        "sizes": lambda: [artifact.size, artifact.sha, artifact.finished_at == artifact.created_at],
        "named tuple": lambda: sorted(task.artifacts._fields),
        "in data": lambda: ["name" in task.data, "nothing" in task.data, "_success" in task.data],
        "private": lambda: [task["_success"].data, task["_transition"].data],
        "namespaces": lambda: [o.is_in_namespace() for o in (Flow(name), run, task, artifact)],
        "code": lambda: [run.code, task.code, task.environment_info, run["start"].environment_info],
        "logs": lambda: [run["end"].task.stdout, run["end"].task.stderr, run["end"].task.stdout_size > 0],
        "attempt": lambda: [task.current_attempt, Task(task.pathspec, attempt=0).current_attempt],
        "nothing of attempt 1": lambda: list(Task(task.pathspec, attempt=1)),
        "origin": lambda: [masked(str(o.origin_pathspec), run) for o in (Flow(name), Flow(name).latest_run)],
    }
    return {what: answer(ask) for what, ask in asks.items()}


def masked(text: str, run: Run) -> str:
    """The text without ids."""
    return text.replace(run.id, "<run>")


def scopes(name: str, run: Run) -> Answers:
    """Namespaces and stores."""
    out: Answers = {"default": default_namespace()}
    for ns in ("user:tester", "user:somebody", None, "before"):
        namespace(ns)
        out["in " + str(ns)] = {
            "namespace": get_namespace(),
            "flow": answer(lambda: Flow(name).id),
            "run": answer(lambda: Run(run.pathspec).id == run.id),
            "artifact": answer(lambda: Task(run.pathspec + "/start/" + run["start"].task.id).data.name),
            "runs": answer(lambda: len(list(Flow(name)))),
            "flows": answer(lambda: [f.id for f in Metaflow()]),
            "latest": answer(lambda: Flow(name).latest_run.id == run.id),
        }
    namespace(None)
    here = get_metadata()
    out["store"] = [here == default_metadata(), here.split("@")[0], os.path.isdir(here.split("@")[1])]
    out["same store"] = metadata(here) == here
    # Which exception this is differs; that it is one must not.
    out["no store"] = str(answer(lambda: metadata("/nowhere/at/all") and Flow(name).id)).split()[0]
    default_metadata()
    return out


def tagging(run: Run) -> Answers:
    """Changes of tags."""

    def after(change: Callable[[], None]) -> Any:
        refused = answer(change)
        return [refused, sorted(run.user_tags), sorted(Run(run.pathspec).user_tags)]

    system = sorted(run.system_tags)[-1]
    return {
        "add": after(lambda: run.add_tag("one")),
        "add several": after(lambda: run.add_tags(["two", "three", "ünï"])),
        "add again": after(lambda: run.add_tag("one")),
        "remove": after(lambda: run.remove_tag("two")),
        "remove what is not there": after(lambda: run.remove_tags(["two", "nothing"])),
        "replace": after(lambda: run.replace_tag("three", "four")),
        "replace one by itself": after(lambda: run.replace_tags(["one"], ["one"])),
        "add a system tag": after(lambda: run.add_tag(system)),
        "remove a system tag": after(lambda: run.remove_tag(system)),
        "add an empty tag": after(lambda: run.add_tag("")),
        "add a long tag": after(lambda: run.add_tag("x" * 501)),
        "add too many": after(lambda: run.add_tags(["tag%d" % n for n in range(60)])),
        "seen below": sorted(run["start"].task["name"].user_tags),
    }


def pickles(run: Run, source: str, target: str) -> Answers:
    """Objects that travel as pickles, also from the other client."""
    task = run["start"].task
    objects = [Flow(run.parent.id), run, run["start"], task, task["name"]]
    with open(target, "wb") as file:
        pickle.dump([Flow(run.parent.id), run, task], file)
    out = {"here": [o.pathspec == p.pathspec for o, p in zip(objects, pickle.loads(pickle.dumps(objects)))]}
    if os.path.exists(source):
        with open(source, "rb") as file:
            travelled = pickle.load(file)
        out["from there"] = [type(o).__name__ for o in travelled] + [travelled[-1].data.name]
    return out


def main(path: str, source: str, target: str) -> None:
    name = load_flow(path)
    namespace(None)
    run = min(Flow(name), key=lambda r: r.id)
    task = run["start"].task
    answers = {"paths": wrong_paths(name, run, task), "tree": tree(name, run, task), "scopes": scopes(name, run)}
    answers["tags"] = tagging(run)
    # Last, because metaflow goes over to the store that an unpickled object came from.
    answers["pickles"] = pickles(run, source, target)
    json.dump(answers, sys.stdout, indent=1, sort_keys=True)
    print()


if __name__ == "__main__":
    main(*sys.argv[1:])
