"""Step decorators with little behaviour of their own: retry, environment, resources, parallel."""

from __future__ import annotations

import os

from spindle.decorators.base import StepDecorator

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from spindle.worker.preparing import Prepared
    from spindle.worker.task import Running

# A task has at most this many attempts, handlers of failures included.
MAX_ATTEMPTS = 6


class RetryDecorator(StepDecorator):
    """Runs the step again when it fails, up to `times` times. `minutes_between_retries` counts for remote tasks;
    locally retries are immediate.
    """

    name = "retry"
    defaults = {"times": "3", "minutes_between_retries": "2"}

    def prepare(self, step: Any, prepared: Prepared) -> None:
        try:
            times = int(self.attributes["times"])
        except (TypeError, ValueError):
            raise self.error(f"@retry: times must be a number, not {self.attributes['times']!r}") from None
        if times + 2 > MAX_ATTEMPTS:
            raise self.error(f"@retry: times can be at most {MAX_ATTEMPTS - 2}, not {times}")
        if times < 0:
            raise self.error(f"@retry: times must not be negative, but is {times}")

    def retries(self) -> tuple[int, int]:
        return int(self.attributes["times"]), 0


class EnvironmentDecorator(StepDecorator):
    """Sets environment variables for the step: `@environment(vars={'NAME': 'value'})`."""

    name = "environment"
    defaults = {"vars": {}}

    def prepare(self, step: Any, prepared: Prepared) -> None:
        if not isinstance(self.attributes["vars"], dict):
            raise self.error(f"@environment: vars must be a dictionary, not {self.attributes['vars']!r}")


class ResourcesDecorator(StepDecorator):
    """Says what the step needs where it runs remotely; locally it has no effect."""

    name = "resources"
    defaults = {"cpu": "1", "gpu": None, "disk": None, "memory": "4096", "shared_memory": None}


class ParallelDecorator(StepDecorator):
    """Marks a step whose tasks run at the same time and know of one another: the target of `self.next(…,
    num_parallel=n)`.
    """

    name = "parallel"

    def pre_step(self, running: Running) -> None:
        world = running.message.get("parallel") or {}
        control = world.get("control_task_id") or running.message["task_id"]
        nodes, index = int(world.get("num_nodes") or 1), int(world.get("node_index") or 0)
        os.environ["MF_PARALLEL_MAIN_IP"] = world.get("main_ip") or "127.0.0.1"
        os.environ["MF_PARALLEL_NUM_NODES"] = str(nodes)
        os.environ["MF_PARALLEL_NODE_INDEX"] = str(index)
        os.environ["MF_PARALLEL_CONTROL_TASK_ID"] = str(control)
        running.current._update(is_parallel=True)
        if index == 0:
            running.flow._control_task_is_mapper_zero = True
            prefix = f"{running.message['run_id']}/{running.step}/{control}"
            running.flow._control_mapper_tasks = [prefix, *(f"{prefix}_node_{i}" for i in range(1, nodes))]
