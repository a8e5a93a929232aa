"""Runs one step: sets up the flow object, runs the body between the decorators' hooks, and hands back what it left."""

from __future__ import annotations

from spindle.decorators.base import DecoratorError
from spindle.exception import MetaflowException, MetaflowInternalError
from spindle.flowspec import FlowSpec
from spindle.frames import ForeachFrame
from spindle.inputs import Inputs
from spindle.running import current
from spindle.transition import InvalidNextException
from spindle.worker import channel as channels
from spindle.worker import debugging, notebook
from spindle.worker.artifacts import Branch, TaskInputs, TaskState, View
from spindle.worker.ending import flush
from spindle.worker.failing import as_protocol, report, wrapped
from spindle.worker.persisting import persist

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from spindle.worker.channel import Message
    from spindle.worker.preparing import Prepared


class Running:
    """A task while it runs, as decorators see it."""

    def __init__(self, flow: Any, message: Message) -> None:
        self.flow = flow
        self.message = message
        self.current = current
        self.step: str = message["step"]
        self.attempt: int = message.get("attempt") or 0
        self.user_retries: int = message.get("user_retries") or 0
        # Attempts beyond the user's do not run the body any more.
        self.fallback = self.attempt > self.user_retries


def run_step(flow: FlowSpec, message: Message) -> Message:
    """Runs the task and returns its last message."""
    assert channels.current is not None
    cls = type(flow)
    body = getattr(flow, message["step"], None)
    if not getattr(body, "is_step", False) or body is None:
        raise MetaflowInternalError(f"Flow {cls.__name__} has no step {message['step']!r}")
    inputs = TaskInputs(channels.current, message)
    running = Running(flow, message)
    join_inputs = _set_up(flow, message, inputs)
    error = _run(running, body, join_inputs)
    try:
        return _last_message(running, error)
    finally:
        inputs.close()


def _set_up(flow: Any, message: Message, inputs: TaskInputs) -> Inputs | None:
    """Puts the task's state on the flow; returns what a join's body gets."""
    cls = type(flow)
    prepared: Prepared = cls._flow_state
    cls._task_state = TaskState(inputs)
    if prepared.configs and (message.get("options") or {}).get("spin"):
        for attr, config in prepared.configs:  # of this spin; those of the run it stands on may be others
            cls._task_state.settle(attr, type(config).load(config, prepared.config_values[config.name]))
    flow._foreach_var = None
    flow._foreach_num_splits = None
    flow._foreach_stack = [_frame(frame) for frame in message.get("foreach_stack") or []]
    flow._iteration_stack = list(message.get("iteration_stack") or [])
    flow._current_step = message["step"]
    flow._success = False
    flow._task_ok = None
    flow._exception = None
    first = inputs.table(0) if len(inputs) else {}
    join_inputs = None
    if message.get("join"):
        flow._joining = True
        flow._datastore = View(inputs, {name: 0 for name in first if name in prepared.guarded})
        join_inputs = Inputs(len(inputs), lambda index: _branch(cls, inputs, index), inputs.step)
    else:
        flow._datastore = View(inputs, dict.fromkeys(first, 0))
    _enter_current(flow, message, prepared)
    return join_inputs


def _frame(frame: dict[str, Any]) -> ForeachFrame:
    splits = frame.get("num_splits")
    # The nodes of a parallel step have no value; others may have the empty text.
    value = frame.get("value") if splits is not None else frame.get("value") or None
    return ForeachFrame(frame.get("step"), frame.get("var"), splits, frame.get("index"), value)


def _branch(cls: type[FlowSpec], inputs: TaskInputs, index: int) -> FlowSpec:
    """The flow as one input of a join left it."""
    branch = cls(use_cli=False)
    branch._datastore = Branch(inputs, index)
    branch._current_step = inputs.step(index)
    return branch


def _enter_current(flow: FlowSpec, message: Message, prepared: Prepared) -> None:
    project = message.get("project") or {}
    fields = {
        "flow_name": message.get("flow") or flow.name,
        "run_id": message["run_id"],
        "step_name": message["step"],
        "task_id": message["task_id"],
        "retry_count": message.get("attempt") or 0,
        "origin_run_id": message.get("origin_run_id"),
        "namespace": message.get("namespace"),
        "username": message.get("user"),
        "tags": set(message.get("tags") or ()),
        "tempdir": message.get("temp_dir"),
        "parameter_names": message.get("parameter_names") or [name for name, _ in prepared.parameters],
        "trigger_runs": message.get("trigger_runs"),
    }
    if project:
        fields.update(
            project_name=project.get("name"),
            branch_name=project.get("branch"),
            project_flow_name=project.get("flow_name"),
            is_production=project.get("production"),
            is_user_branch=project.get("user_branch"),
        )
    current._enter(flow, fields)


def _run(running: Running, body: Callable[..., Any], join_inputs: Inputs | None) -> BaseException | None:
    """Runs the body with its decorators; returns the exception that ended it and that nobody handled."""
    flow, decorators = running.flow, body.decorators  # type: ignore[attr-defined]
    wrappers = body.wrappers  # type: ignore[attr-defined]
    try:
        node = (running.message.get("parallel") or {}).get("node_index") or 0
        debugging.await_debugger(running.step, str(running.message["task_id"]), node)
        for decorator in decorators:
            decorator.pre_step(running)
        for decorator in decorators:
            body = decorator.decorate(body, running)
        try:
            if notebook.wanted():
                notebook.install()
            inputs = () if join_inputs is None else (join_inputs,)
            if wrappers:
                from spindle.mutators.applying import run

                run(running, wrappers, body, inputs)
            else:
                body(*inputs)
            if notebook.wanted():
                notebook.finish()
        finally:
            flush()
            for decorator in decorators:
                decorator.ended(running)
        _check_transition(running)
        for decorator in decorators:
            decorator.post_step(running)
        flow._task_ok = flow._success = True
        return None
    except Exception as e:
        # Every decorator hears of it, also after one has handled it.
        handled = [] if isinstance(e, DecoratorError) else [decorator.handle(e, running) for decorator in decorators]
        if any(handled):
            flow._task_ok = True
            return None
        flow._task_ok = False
        flow._exception = wrapped(e)
        if debugging.wanted():
            debugging.post_mortem(e)
        return e
    except BaseException as e:
        # sys.exit or an interrupt: the task has failed, no decorator can make it good, and nothing is stored of it.
        return e


def _check_transition(running: Running) -> None:
    """Compares where the step went with where its source says it goes."""
    node = running.message.get("node") or {}
    expected = node.get("next") or []
    transition = running.flow._transition
    if transition is None:
        if expected:
            raise InvalidNextException(
                f"Step *{running.step}* ended without calling self.next(). Every step but the last must call it."
            )
        return
    names, foreach = transition
    if node.get("type") == "switch":
        fits = len(names) == 1 and names[0] in expected
    else:
        fits = sorted(names) == sorted(expected)
    wanted = node.get("foreach") or None
    if node and (not fits or (wanted and foreach != wanted and foreach != "_parallel_ubf_iter")):
        went = ", ".join(names) + (f" for each of {foreach!r}" if foreach else "")
        raise MetaflowException(
            f"Step *{running.step}* went to {went}, but its source says {', '.join(expected) or 'nowhere'}: "
            "the graph must be the one written in the file."
        )


def _last_message(running: Running, error: BaseException | None) -> Message:
    """Stores what the task left and returns the message that ends it."""
    flow, message = running.flow, running.message
    exception = None
    if error is not None:
        report(flow, error)
        exception = as_protocol(error)
    transition = _transition(running)
    try:
        artifacts, inherit = persist(flow, message)
    except MetaflowException as e:
        report(flow, e, headline_only=error is not None)
        failure = as_protocol(e)
        return {
            "type": "failed",
            "persisted": False,
            "artifacts": [],
            "inherit": [],
            "exception": failure,
            "retry": True,
        }
    finally:
        flush()
    if exception is not None:
        return {
            "type": "failed",
            "persisted": True,
            "artifacts": artifacts,
            "inherit": inherit,
            "exception": exception,
            "retry": True,
        }
    return {
        "type": "done",
        "success": flow._success,
        "artifacts": artifacts,
        "inherit": inherit,
        "transition": transition,
        "caught": not flow._success,
    }


def _transition(running: Running) -> Message | None:
    """The transition as the engine wants it; None at the end, or after a failure."""
    flow = running.flow
    if flow._transition is None:
        return None
    names, foreach = flow._transition
    splits = flow.__dict__.get("_foreach_num_splits")
    nodes = flow._parallel_ubf_iter.num_parallel if foreach == "_parallel_ubf_iter" else 0
    node = running.message.get("node") or {}
    return {
        "next": list(names),
        "foreach": foreach or "",
        "num_splits": splits or 0,
        "values": (flow.__dict__.get("_foreach_values") or []) if foreach else [],
        "parallel": nodes,
        "condition": node.get("condition") or "",
    }


__all__ = ["Running", "run_step"]
