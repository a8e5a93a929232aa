"""The worker: the process that executes the steps of Python flows, speaking docs/task-protocol.md.

`python -m spindle.worker` with SPINDLE_WORKER_FD serves the control channel: it imports a flow once and forks a child
for each task. With SPINDLE_TASK_FD it runs the one task that comes over that channel.
"""
