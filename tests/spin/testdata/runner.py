"""Spins, runs and resumes from Python, and looks at the results."""

import asyncio

from metaflow import Runner, Task, inspect_spin, namespace

with Runner("linear.py", show_output=False) as runner:
    whole = runner.run(tags=["whole"])
    assert (whole.status, whole.returncode) == ("successful", 0), whole.stderr
    assert whole.run.successful and "whole" in whole.run.tags
    with runner.spin("middle", persist=True) as spun:
        assert spun.status == "successful", spun.stderr
        assert "Task finished successfully." in spun.stdout
        assert spun.task.successful and spun.task.pathspec.split("/")[2] == "middle"
        print(spun.task.pathspec)
        path = spun.task.pathspec
    try:
        runner.spin("middle", nonsense=1)
    except TypeError as e:
        assert "nonsense" in str(e)
    else:
        raise AssertionError("an unknown option was taken")
    try:
        runner.spin("nowhere")
    except TypeError as e:
        assert "nowhere" in str(e)
    else:
        raise AssertionError("an unknown step was taken")


async def later() -> None:
    async with Runner("linear.py") as runner:
        spun = await runner.async_spin("end")
        lines = [line async for _, line in spun.stream_log("stdout")]
        await spun.wait(timeout=60)
        assert spun.status == "successful" and any("end/0" in line for line in lines), lines


asyncio.run(later())
inspect_spin(".")
namespace(None)
assert Task(path).successful
