"""Runner: runs, resumes and spins a flow's file from a script, a test or a notebook.

    with Runner("flow.py").spin("train", set="alpha=0.3") as spun:
        print(spun.task.data.loss)

A process of the engine does it; what was made is then looked at with the client.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from typing import Any

    from spindle.client import Run, Task

_SHORT = {"decospecs": "with", "tags": "tag", "config_value": "config-value"}
# Options whose name has dashes; the name of a parameter stays what it is.
_DASHED = frozenset(
    [
        "artifacts_module",
        "clone_only",
        "datastore_root",
        "event_logger",
        "max_log_size",
        "max_num_splits",
        "max_workers",
        "origin_run_id",
        "package_suffixes",
        "run_id_file",
        "skip_decorators",
    ]
)
_OPPOSITES = {"persist": "no-persist", "pylint": "no-pylint", "quiet": "not-quiet", "clone_only": "no-clone-only"}
_POLL = 0.02


class ExecutingProcess:
    """A run or a spin on its way. As a context manager it removes its files in the end."""

    def __init__(self, runner: Runner, process: subprocess.Popen[bytes], folder: str) -> None:
        self.runner = runner
        self._process = process
        self._folder = folder
        self._timed_out = False

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        self.runner.cleanup()

    @property
    def returncode(self) -> int | None:
        """The exit code, None while it is going on."""
        return self._process.poll()

    @property
    def status(self) -> str:
        """running, successful, failed or timeout."""
        if self._timed_out:
            return "timeout"
        code = self.returncode
        return "running" if code is None else "failed" if code else "successful"

    @property
    def stdout(self) -> str:
        """What was printed there so far."""
        return self._read("stdout")

    @property
    def stderr(self) -> str:
        """What was printed there so far."""
        return self._read("stderr")

    def _read(self, stream: str) -> str:
        with open(os.path.join(self._folder, stream + ".log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    async def wait(self, timeout: float | None = None, stream: str | None = None) -> ExecutingProcess:
        """Waits for the end, showing one of the streams if it is named. After the timeout the process is ended."""
        end = None if timeout is None else time.monotonic() + timeout
        shown = 0
        while self.returncode is None:
            if end is not None and time.monotonic() > end:
                self._timed_out = True
                self._terminate()
                break
            shown += self._show(stream, shown)
            await asyncio.sleep(_POLL)
        self._show(stream, shown)
        return self

    def _show(self, stream: str | None, shown: int) -> int:
        if stream is None:
            return 0
        text = self._read(stream)[shown:]
        sys.stdout.write(text)
        return len(text)

    async def stream_log(self, stream: str, position: int | None = None) -> AsyncIterator[tuple[int, str]]:
        """The lines of a stream as they come, each with the position behind it."""
        at = position or 0
        with open(os.path.join(self._folder, stream + ".log"), "rb") as file:
            while True:
                over = self.returncode is not None
                file.seek(at)
                line = file.readline()
                if line and (over or line.endswith(b"\n")):
                    at += len(line)
                    yield at, line.decode("utf-8", "replace").rstrip("\n")
                elif over:
                    return
                else:
                    await asyncio.sleep(_POLL)

    def _terminate(self) -> None:
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(7)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class ExecutingRun(ExecutingProcess):
    """A run on its way."""

    run: Run

    def __repr__(self) -> str:
        return f"<ExecutingRun {self.run.pathspec} {self.status}>"


class ExecutingTask(ExecutingProcess):
    """A spun step on its way."""

    task: Task

    def __repr__(self) -> str:
        return f"<ExecutingTask {self.task.pathspec} {self.status}>"


class Runner:
    """Runs the flow of a file. Options of the whole command line (`decospecs`, `quiet`, …) come as keywords here, those
    of a command and the flow's parameters with the methods.
    """

    def __init__(
        self,
        flow_file: str,
        show_output: bool = True,
        profile: str | None = None,
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
        file_read_timeout: int = 3600,
        **kwargs: Any,
    ) -> None:
        self.flow_file = flow_file
        self.show_output = show_output
        self.env_vars = {**os.environ, **(env or {})}
        if profile:
            self.env_vars["METAFLOW_PROFILE"] = profile
        self.cwd = cwd
        self.file_read_timeout = file_read_timeout
        self.top_level_kwargs = kwargs
        self._folders: list[str] = []
        self._processes: list[ExecutingProcess] = []

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *_: object) -> None:
        self.cleanup()

    async def __aenter__(self) -> Runner:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.cleanup()

    def run(self, **kwargs: Any) -> ExecutingRun:
        """Runs the flow and waits for the end. Parameters and options are keywords."""
        done: ExecutingRun = asyncio_run(self._waited(self.async_run(**kwargs)))
        return done

    def resume(self, **kwargs: Any) -> ExecutingRun:
        """Resumes a run and waits for the end."""
        done: ExecutingRun = asyncio_run(self._waited(self.async_resume(**kwargs)))
        return done

    def spin(self, pathspec: str, **kwargs: Any) -> ExecutingTask:
        """Spins a step and waits for the end."""
        done: ExecutingTask = asyncio_run(self._waited(self.async_spin(pathspec, **kwargs)))
        return done

    async def async_run(self, **kwargs: Any) -> ExecutingRun:
        """Starts a run; returns as soon as it has an id."""
        return await self._start_run("run", [], kwargs)

    async def async_resume(self, **kwargs: Any) -> ExecutingRun:
        """Starts resuming a run; returns as soon as the new one has an id."""
        step = kwargs.pop("step_to_rerun", None)
        return await self._start_run("resume", [step] if step else [], kwargs)

    async def async_spin(self, pathspec: str, **kwargs: Any) -> ExecutingTask:
        """Starts spinning a step; returns as soon as its task has begun."""
        found, process, folder = await self._start("spin", [pathspec], kwargs)
        from spindle.client import Task, metadata

        spun = ExecutingTask(self, process, folder)
        metadata(found["metadata"])
        path = "/".join(found[key] for key in ("flow_name", "run_id", "step_name", "task_id"))
        spun.task = Task(path, _namespace_check=False)
        self._processes.append(spun)
        return spun

    async def _start_run(self, verb: str, words: list[str], kwargs: Mapping[str, Any]) -> ExecutingRun:
        found, process, folder = await self._start(verb, words, kwargs)
        from spindle.client import Run, metadata

        running = ExecutingRun(self, process, folder)
        metadata(found["metadata"])
        running.run = Run(f"{found['flow_name']}/{found['run_id']}", _namespace_check=False)
        self._processes.append(running)
        return running

    async def _waited(self, starting: Any) -> Any:
        executing = await starting
        try:
            await executing.wait(stream="stdout" if self.show_output else None)
        except BaseException:
            executing._terminate()
            raise
        return executing

    async def _start(
        self, verb: str, words: list[str], kwargs: Mapping[str, Any]
    ) -> tuple[dict[str, str], subprocess.Popen[bytes], str]:
        """Starts the engine and waits until it says what it has begun."""
        from spindle.launch import find_binary

        binary = find_binary()
        if binary is None:
            raise RuntimeError("the spindle command was not found; put it on the PATH or set SPINDLE_BIN to its file")
        folder = tempfile.mkdtemp(prefix="spindle-runner-")
        self._folders.append(folder)
        attributes = os.path.join(folder, "attributes.json")
        argv = [binary, "exec-flow", "--python", sys.executable, "--", self.flow_file]
        argv += [*_options(self.top_level_kwargs), verb, *words, *_options(kwargs)]
        argv += ["--runner-attribute-file", attributes]
        logs = os.path.join(folder, "stdout.log"), os.path.join(folder, "stderr.log")
        with open(logs[0], "wb") as out, open(logs[1], "wb") as err:
            process = subprocess.Popen(
                argv, env=self.env_vars, cwd=self.cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=err
            )
        end = time.monotonic() + self.file_read_timeout
        while True:
            over = process.poll() is not None
            found = _attributes(attributes)
            if found is not None:
                return found, process, folder
            if over or time.monotonic() > end:
                break
            await asyncio.sleep(_POLL)
        self._refuse(process, argv, folder)
        raise AssertionError  # _refuse raises

    def _refuse(self, process: subprocess.Popen[bytes], argv: list[str], folder: str) -> None:
        probe = ExecutingProcess(self, process, folder)
        if process.poll() is None:
            probe._terminate()
            raise TimeoutError(f"nothing was begun within {self.file_read_timeout} s: {' '.join(argv)}")
        if process.returncode == 2:
            raise TypeError(probe.stderr.strip())
        raise RuntimeError(f"Error executing: '{' '.join(argv)}'\n{probe.stdout}\n{probe.stderr}")

    def cleanup(self) -> None:
        """Ends what is still going on and removes its files."""
        for executing in self._processes:
            if executing.returncode is None:
                executing._terminate()
        self._processes.clear()
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)
        self._folders.clear()


def _attributes(path: str) -> dict[str, str] | None:
    """What the engine has begun, None before it says so in full."""
    try:
        with open(path, encoding="utf-8") as file:
            found: dict[str, str] = json.load(file)
        return found
    except (OSError, ValueError):
        return None


def _options(kwargs: Mapping[str, Any]) -> list[str]:
    """Keywords as options of the command line."""
    words: list[str] = []
    for key, value in kwargs.items():
        name = _SHORT.get(key, key.replace("_", "-") if key in _DASHED else key)
        if value is None:
            continue
        if key in ("config", "config_value", "set") and isinstance(value, (dict, list, tuple)):
            pairs = value.items() if isinstance(value, dict) else value
            words += [f"--{name}={_pair(pair)}" for pair in pairs]
        elif value is True:
            words.append(f"--{name}")
        elif value is False:
            words.append(f"--{_OPPOSITES[key]}" if key in _OPPOSITES else f"--{name}=false")
        elif isinstance(value, (list, tuple)):
            for one in value:
                words.append(f"--{name}={_text(one)}")
        else:
            words.append(f"--{name}={_text(value)}")
    return words


def _pair(pair: Any) -> str:
    """A config's name with its file or value."""
    return f"{pair[0]}={_text(pair[1])}" if isinstance(pair, (list, tuple)) else _text(pair)


def _text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, dict) else str(value)


def asyncio_run(coroutine: Any) -> Any:
    """Runs a coroutine to its end, in a notebook (where a loop is running already) in a thread of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()
