"""A small engine for tests: starts the real worker, speaks the protocol with it and keeps artifacts in memory."""

from __future__ import annotations

import array
import json
import os
import pickle
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
from typing import Any, Dict, List, Optional

SRC = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "src")

Message = Dict[str, Any]


class Conn:
    """A protocol channel as the engine sees it."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.file = sock.makefile("rb")

    def send(self, message: Message, fds: Optional[List[int]] = None) -> None:
        data = (json.dumps(message) + "\n").encode()
        if fds:
            self.sock.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))])
        else:
            self.sock.sendall(data)

    def recv(self) -> Optional[Message]:
        line = self.file.readline()
        return json.loads(line) if line else None

    def close(self) -> None:
        self.file.close()
        self.sock.close()


class Output(threading.Thread):
    """Collects what comes out of a pipe."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.reader, self.writer = os.pipe()
        self.data = b""
        self.start()

    def run(self) -> None:
        while True:
            chunk = os.read(self.reader, 65536)
            if not chunk:
                break
            self.data += chunk
        os.close(self.reader)

    def text(self) -> str:
        self.join(20)
        return self.data.decode("utf-8", "replace")


class Ended:
    """A task that has ended."""

    def __init__(self, task: Message) -> None:
        self.task = task
        self.message: Optional[Message] = None
        self.exited: Optional[Message] = None
        self.stdout = self.stderr = ""
        self.table: Dict[str, Dict[str, Any]] = {}  # name -> {key, size, ..., raw}
        self.gets: List[List[Any]] = []
        self.stores: List[Message] = []

    @property
    def pathspec(self) -> str:
        return "/".join(self.task[part] for part in ("run_id", "step", "task_id"))

    def value(self, name: str) -> Any:
        main = sys.modules["__main__"]
        sys.path.insert(0, SRC)
        try:
            import spindle.frames

            main.ForeachFrame = spindle.frames.ForeachFrame  # type: ignore[attr-defined]
            import metaflow  # noqa: F401

            return pickle.loads(self.table[name]["raw"])
        finally:
            sys.path.remove(SRC)

    def values(self) -> Dict[str, Any]:
        return {name: self.value(name) for name in self.table}


class Engine:
    """One worker and one run."""

    def __init__(
        self,
        source: str,
        name: str = "flow.py",
        python: str = sys.executable,
        files: Optional[Dict[str, str]] = None,
        env: Optional[Dict[str, str]] = None,
        argv: Optional[List[str]] = None,
    ) -> None:
        self.folder = tempfile.mkdtemp(prefix="spindle-test-")
        self.source = os.path.join(self.folder, name)
        for file, text in {name: source, **(files or {})}.items():
            path = os.path.join(self.folder, file)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as out:
                out.write(textwrap.dedent(text))
        self.scratch = os.path.join(self.folder, ".scratch")
        self.spill = os.path.join(self.folder, ".spill")
        os.mkdir(self.scratch)
        os.mkdir(self.spill)
        self.python = python
        self.env = {**os.environ, "PYTHONPATH": SRC, "METAFLOW_USER": "tester", **(env or {})}
        self.argv = argv or [python, "-m", "spindle.worker"]
        self.outputs = [Output(), Output()]
        self.conn, self.process = self._launch("SPINDLE_WORKER_FD", self.outputs)
        self.hello = self.conn.recv()
        self.conn.send({"type": "hello", "protocol": 1, "engine": "test"})
        self.number = 0
        self.tasks = 0
        self.started: Dict[int, Message] = {}
        self.blobs: Dict[str, bytes] = {}
        self.answers: Dict[str, Any] = {}
        self.with_: List[str] = []
        self.options: Dict[str, Any] = {}
        self.cls = ""

    def _launch(self, variable: str, outputs: List[Output]) -> Any:
        ours, theirs = socket.socketpair()
        process = subprocess.Popen(
            self.argv,
            cwd="/",
            env={**self.env, variable: str(theirs.fileno())},
            stdin=subprocess.DEVNULL,
            stdout=outputs[0].writer,
            stderr=outputs[1].writer,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        for output in outputs:
            os.close(output.writer)
        ours.settimeout(60)
        return Conn(ours), process

    # the control channel

    def describe(self, **more: Any) -> Message:
        self.number += 1
        self.conn.send(
            {
                "type": "describe",
                "id": self.number,
                "source": self.source,
                "class": self.cls,
                "with": self.with_,
                "options": self.options,
                **more,
            }
        )
        reply = self.conn.recv()
        assert reply is not None and reply["re"] == self.number, reply
        return reply

    def flow(self) -> Message:
        reply = self.describe()
        assert reply["type"] == "description", reply
        return reply["flow"]

    # tasks

    def task(self, step: str, inputs: Optional[List[Ended]] = None, **more: Any) -> Message:
        self.tasks += 1
        flow_name = more.pop("flow", "F")
        return {
            "type": "task",
            "protocol": 1,
            "kind": "step",
            "source": self.source,
            "class": self.cls,
            "with": self.with_,
            "options": self.options,
            "flow": flow_name,
            "run_id": "1",
            "step": step,
            "task_id": str(self.tasks),
            "attempt": 0,
            "user_retries": 0,
            "error_retries": 0,
            "inputs": [
                {
                    "pathspec": e.pathspec,
                    "step": e.task["step"],
                    "artifacts": {n: {k: v for k, v in ref.items() if k != "raw"} for n, ref in e.table.items()},
                }
                for e in inputs or []
            ],
            "input_count": len(inputs or []),
            "join": False,
            "node": {},
            "split_index": None,
            "foreach_stack": [],
            "iteration_stack": [],
            "parallel": None,
            "origin_run_id": None,
            "namespace": "user:tester",
            "user": "tester",
            "tags": ["t"],
            "project": None,
            "scratch": self.scratch,
            "spill": self.spill,
            "temp_dir": self.folder,
            **more,
        }

    def parameters(self, values: Optional[Dict[str, List[str]]] = None, **more: Any) -> Ended:
        return self.run(
            self.task(
                "_parameters", kind="parameters", values=values or {}, graph_info={"steps": {}}, task_id="0", **more
            )
        )

    def step(
        self,
        step: str,
        inputs: Optional[List[Ended]] = None,
        next: Optional[List[str]] = None,
        type: str = "linear",
        node: Optional[Message] = None,
        spawn: bool = False,
        **more: Any,
    ) -> Ended:
        node = {"type": type, "next": next or [], "foreach": "", "condition": "", **(node or {})}
        return self.run(self.task(step, inputs, node=node, **more), spawn=spawn)

    def run(self, task: Message, spawn: bool = False) -> Ended:
        ended = Ended(task)
        outputs = [Output(), Output()]
        by_key = {}
        for source in self.known:
            for ref in source.table.values():
                by_key[ref["key"]] = ref["raw"]
        if spawn:
            conn, process = self._launch("SPINDLE_TASK_FD", outputs)
            hello = conn.recv()
            assert hello and hello["type"] == "hello", hello
            conn.send({"type": "hello", "protocol": 1, "engine": "test"})
        else:
            conn, pid = self.fork(outputs)
        conn.send(task)
        while True:
            message = conn.recv()
            if message is None:
                break
            if message["type"] == "get":
                ended.gets.append(message["items"])
                conn.send(
                    {
                        "type": "values",
                        "re": message["id"],
                        "items": [self._value(task, at, name, by_key) for at, name in message["items"]],
                    }
                )
            elif message["type"] == "store":
                ended.stores.append(message)
                conn.send({"type": "reply", "re": message["id"], **self._answer(message)})
            else:
                ended.message = message
        conn.close()
        if spawn:
            code = process.wait(20)
            ended.exited = {"code": max(code, 0), "signal": max(-code, 0)}
        else:
            ended.exited = self.exited(pid)
        ended.stdout, ended.stderr = outputs[0].text(), outputs[1].text()
        self._keep(ended)
        return ended

    def fork(self, outputs: List[Output]) -> Any:
        ours, theirs = socket.socketpair()
        ours.settimeout(60)
        self.number += 1
        self.conn.send({"type": "start", "id": self.number}, [theirs.fileno(), outputs[0].writer, outputs[1].writer])
        theirs.close()
        for output in outputs:
            os.close(output.writer)
        while True:
            reply = self.conn.recv()
            assert reply is not None, "the worker died"
            if reply["type"] == "exited":
                self.started[reply["pid"]] = reply
                continue
            break
        assert reply["type"] == "started" and reply["re"] == self.number, reply
        return Conn(ours), reply["pid"]

    def exited(self, pid: int) -> Message:
        while pid not in self.started:
            reply = self.conn.recv()
            assert reply is not None and reply["type"] == "exited", reply
            self.started[reply["pid"]] = reply
        return self.started.pop(pid)

    known: List[Ended] = []

    def _value(self, task: Message, at: int, name: str, by_key: Dict[str, bytes]) -> Message:
        ref = task["inputs"][at]["artifacts"].get(name) if "inputs" in task else None
        if ref is None:
            return {"error": {"kind": "missing", "message": f"no artifact {name}"}}
        if ref["key"] not in by_key:
            return {"error": {"kind": "corrupt", "message": f"blob of {name} is corrupt"}}
        fd, path = tempfile.mkstemp(dir=self.folder)
        with os.fdopen(fd, "wb") as out:
            out.write(b"pad" + by_key[ref["key"]])
        return {"path": path, "offset": 3, "size": len(by_key[ref["key"]]), "encoding": "pickle-v4", "temporary": True}

    def _answer(self, message: Message) -> Message:
        answer = self.answers.get(message["call"])
        if answer is None:
            return {"error": {"kind": "unknown_call", "message": "no such call"}}
        return answer(message["args"]) if callable(answer) else {"result": answer}

    def _keep(self, ended: Ended) -> None:
        """Does with the results what an engine does."""
        import hashlib

        message = ended.message
        if message is None or message["type"] == "invalid":
            return
        for at, names in message["inherit"]:
            artifacts = ended.task["inputs"][at]["artifacts"]
            for name in names:
                key = artifacts[name]["key"]
                raw = next(
                    (ref["raw"] for known in self.known for ref in known.table.values() if ref["key"] == key), b""
                )
                ended.table[name] = {**artifacts[name], "raw": raw}
        for entry in message["artifacts"]:
            with open(entry["file"], "rb") as file:
                file.seek(entry["offset"])
                raw = file.read(entry["size"])
            assert len(raw) == entry["size"], entry
            ended.table[entry["name"]] = {
                "key": hashlib.sha1(raw).hexdigest(),
                "size": len(raw),
                "type": entry["type"],
                "encoding": entry["encoding"],
                "raw": raw,
            }
        self.known = self.known + [ended]

    def stop(self) -> int:
        try:
            self.conn.send({"type": "stop"})
        except OSError:
            pass
        code = self.process.wait(20)
        self.conn.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        return code

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: Any) -> None:
        self.stop()
