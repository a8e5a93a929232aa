"""merge_artifacts: what the branches of a join agree on becomes the join's own, by reference, nothing being loaded."""

from __future__ import annotations

from spindle.exception import (
    MetaflowException,
    MissingInMergeArtifactsException,
    UnhandledInMergeArtifactsException,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from spindle.flowspec import FlowSpec

# Artifacts that describe one split or one control task, and mean nothing after the join.
INTERNAL = frozenset(
    (
        "_foreach_values",
        "_unbounded_foreach",
        "_control_mapper_tasks",
        "_control_task_is_mapper_zero",
        "_parallel_ubf_iter",
    )
)


def merge(flow: FlowSpec, inputs: Iterable[FlowSpec], exclude: list[str] | None, include: list[str] | None) -> None:
    """Takes over the artifacts of the inputs that the flow does not have, or raises naming those that differ or are
    missing.
    """
    include, exclude = include or [], exclude or []
    step = flow._current_step
    if not flow._joining:
        raise MetaflowException(f"merge_artifacts merges the branches of a join, and step *{step}* is not a join")
    if include and exclude:
        raise MetaflowException("Give merge_artifacts either *include* or *exclude*, not both")
    wanted, unwanted = frozenset(include), INTERNAL.union(exclude)
    have = _own_names(flow)
    keys: dict[str, str] = {}
    owners: dict[str, FlowSpec] = {}
    differing: list[str] = []
    for branch in inputs:
        for name, key in branch._datastore.items():
            if name in have or (name not in wanted if wanted else name in unwanted):
                continue
            if keys.setdefault(name, key) != key and name not in differing:
                differing.append(name)
            owners.setdefault(name, branch)
    missing = [name for name in include if name not in keys and name not in have]
    if differing:
        raise UnhandledInMergeArtifactsException(
            f"Step *{step}* can not merge these artifacts, as their values differ between branches:\n"
            f"[{', '.join(differing)}].\n"
            "Set each of them on self before merge_artifacts, or exclude it.",
            differing,
        )
    if missing:
        raise MissingInMergeArtifactsException(
            f"Step *{step}* asks to merge [{', '.join(include)}], but no branch has [{', '.join(missing)}].", missing
        )
    for name, branch in owners.items():
        flow._datastore.pass_down(name, branch._datastore.origin(name))


def _own_names(flow: FlowSpec) -> set[str]:
    """The names the flow has already, without asking for their values."""
    return {*flow.__dict__, *dir(type(flow)), *(name for name, _ in flow._datastore.items())}
