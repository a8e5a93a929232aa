"""The fork server and its children as processes: how they start, print and end."""

from __future__ import annotations

import os
import signal
import time
import unittest
from typing import Any

from engine import Ended, Engine

HEAD = """
import atexit, os, signal, subprocess, sys, threading, time
from metaflow import FlowSpec, step
%s

class F(FlowSpec):
    @step
    def start(self):
        %s
        self.next(self.end)

    @step
    def end(self):
        pass

if __name__ == '__main__':
    F()
"""


def source(body: str = "pass", imports: str = "") -> str:
    return HEAD % (imports, body.replace("\n", "\n        "))


def alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(true: Any, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.01)
    return False


class Processes(unittest.TestCase):
    def start(self, body: str, imports: str = "", **more: Any) -> Ended:
        with Engine(source(body, imports)) as e:
            e.flow()
            ended = e.step("start", [], ["end"], **more)
            self.folder = e.folder
            self.assertEqual(e.stop(), 0)
            self.server = [output.text() for output in e.outputs]
            return ended

    def test_group_and_streams(self) -> None:
        body = (
            "print(os.getpgrp() == os.getpid() != os.getppid(), sys.stdin.read() == '')\n"
            "sys.stdout.buffer.write(b'\\xff\\x00bytes'); print(' then text', end='')\n"
            "print('err', file=sys.stderr, end=''); os.system('echo from a shell; echo and its err >&2')\n"
            "print(sorted(os.listdir('/proc/self/fd')))"
        )
        ended = self.start(body)
        lines = ended.stdout.splitlines()
        self.assertEqual(lines[0], "True True")
        self.assertEqual(lines[1], "\ufffd\x00bytes then textfrom a shell")
        self.assertEqual(ended.stderr, "errand its err\n")
        # Nothing of the server's is open: the standard streams, the task channel, and the folder being listed.
        self.assertEqual(len(eval(lines[2])), 5, lines[2])
        self.assertEqual(self.server, ["", ""])

    def test_streams_keep_what_an_abrupt_end_leaves(self) -> None:
        for body, code, number in (
            ("print('partial', end=''); os._exit(7)", 7, 0),
            ("print('partial', end=''); os.kill(os.getpid(), signal.SIGSEGV)", 0, signal.SIGSEGV),
            ("print('partial', end=''); os.kill(os.getpid(), signal.SIGKILL)", 0, signal.SIGKILL),
        ):
            ended = self.start(body)
            self.assertIsNone(ended.message)
            self.assertEqual((ended.exited["code"], ended.exited["signal"]), (code, number))
            self.assertEqual((ended.stdout, ended.stderr), ("partial", ""))
            self.assertGreater(ended.exited["max_rss_kb"], 1000)

    def test_closed_and_removed_streams(self) -> None:
        for body, stderr in (
            ("print('before'); sys.stdout.close()", ""),
            ("print('before'); sys.stdout = None", ""),
            ("print('before'); sys.stderr.close()", ""),
            ("print('before', flush=True); os.close(1)", ""),
        ):
            with self.subTest(body):
                ended = self.start(body + "\nself.x = 1")
                self.assertEqual((ended.message and ended.message["type"], ended.exited["code"]), ("done", 0))
                self.assertEqual((ended.stdout, ended.stderr, ended.value("x")), ("before\n", stderr, 1))
        ended = self.start("sys.stderr.close()\nraise ValueError('unseen')")
        self.assertEqual(ended.message["exception"]["message"], "unseen")

    def test_ends_like_an_interpreter(self) -> None:
        body = (
            "atexit.register(print, 'exit handler')\n"
            "def late():\n    threading.main_thread().join()\n    print('thread')\n"
            "threading.Thread(target=late).start()\n"
            "threading.Thread(target=time.sleep, args=(100,), daemon=True).start()\n"
            "import tempfile; self.tmp = tempfile.mkdtemp(); os.rmdir(self.tmp)\n"
            "self._keep_me_out = 1; F.folder = tempfile.TemporaryDirectory(); print(F.folder.name)"
        )
        ended = self.start(body)
        self.assertEqual(ended.message["type"], "done", ended.stderr)
        folder, *rest = ended.stdout.splitlines()
        self.assertEqual(rest, ["thread", "exit handler"])
        self.assertFalse(os.path.exists(folder))
        self.assertEqual(ended.stderr, "")

    def test_exit_handlers_of_the_import(self) -> None:
        imports = (
            "import tempfile, shutil\nshared = tempfile.TemporaryDirectory()\nother = tempfile.mkdtemp()\natexit.register(shutil.rmtree, other)\n"
            "@atexit.register\ndef bye():\n    print('bye from', 'server' if os.getpid() == server else 'task')\nserver = os.getpid()"
        )
        with Engine(source("print(shared.name, other)", imports)) as e:
            e.flow()
            for _ in range(2):
                ended = e.step("start", [], ["end"])
                folders, bye = ended.stdout.splitlines()
                self.assertEqual(bye, "bye from task")
                # What the import made serves all tasks, and goes when the server does.
                self.assertTrue(all(os.path.isdir(folder) for folder in folders.split()))
            e.stop()
            self.assertFalse(any(os.path.isdir(folder) for folder in folders.split()))
            self.assertEqual(e.outputs[0].text(), "")
            self.assertEqual(e.outputs[1].text(), "")

    def test_children_die_with_the_engine(self) -> None:
        for how in ("stop", "end of channel"):
            with (
                self.subTest(how),
                Engine(source("subprocess.Popen(['sleep', '100'])\nprint('started')\ntime.sleep(100)")) as e,
            ):
                e.flow()
                from engine import Output

                outputs = [Output(), Output()]
                conn, pid = e.fork(outputs)
                conn.send(e.task("start", [], node={"type": "linear", "next": ["end"]}))
                self.assertTrue(wait_until(lambda output=outputs[0]: output.data))
                group = [int(p) for p in os.listdir("/proc") if p.isdigit() and _group(int(p)) == pid]
                self.assertEqual(len(group), 2)
                if how == "stop":
                    e.conn.send({"type": "stop"})
                else:
                    e.conn.close()
                self.assertEqual(e.process.wait(10), 0)
                self.assertTrue(wait_until(lambda pids=tuple(group): not any(map(alive, pids))), "children are left")
                conn.close()

    def test_many_at_once(self) -> None:
        with Engine(source("time.sleep(0.05)\nself.pid = os.getpid()")) as e:
            e.flow()
            from engine import Output

            running = []
            for _ in range(30):
                outputs = [Output(), Output()]
                conn, pid = e.fork(outputs)
                task = e.task("start", [], node={"type": "linear", "next": ["end"]})
                conn.send(task)
                running.append((conn, pid))
            for conn, pid in running:
                message = conn.recv()
                self.assertEqual((message or {})["type"], "done")
                self.assertIsNone(conn.recv())
                conn.close()
                self.assertEqual(e.exited(pid)["code"], 0)

    def test_forks_of_the_users_share_the_channel(self) -> None:
        body = (
            "import multiprocessing\nself.big = list(range(1000))\nfrom metaflow import parallel_map\n"
            "print(sum(parallel_map(lambda i: self.data[i] + i, range(50), max_parallel=8)))\n"
            "with multiprocessing.get_context('fork').Pool(4) as pool:\n    print(pool.map(len, ['a', 'bb']))\n"
            "print(parallel_map(lambda i: i, []))\n"
            "try:\n    parallel_map(lambda i: 1 / i, [0])\nexcept Exception as e:\n    print(type(e).__name__)"
        )
        first = "class F(FlowSpec):\n    @step\n    def start(self):\n        self.data = list(range(50)); self.next(self.work)\n"
        text = (
            source(body)
            .replace("class F(FlowSpec):\n", first)
            .replace("    def start(self):\n        import", "    def work(self):\n        import")
        )
        with Engine(text) as e:
            e.flow()
            start = e.step("start", [e.parameters()], ["work"])
            work = e.step("work", [start], ["end"])
            self.assertEqual(work.stdout, f"{sum(range(50)) * 2}\n[1, 2]\n[]\nMulticoreException\n", work.stderr)
            self.assertEqual(work.message["type"], "done")
            self.assertGreaterEqual(len(work.gets), 50)
            self.assertIn("ZeroDivisionError", work.stderr)

    def test_a_fork_that_comes_back_does_not_answer_twice(self) -> None:
        ended = self.start("self.x = os.getpid()\nif os.fork() == 0:\n    self.child = True\nelse:\n    os.wait()")
        self.assertEqual(ended.message["type"], "done", ended.stderr)
        self.assertNotIn("child", ended.table)

    def test_isolation(self) -> None:
        waiting = "threading.Thread(target=time.sleep, args=(100,), daemon=True, name='ticker').start()"
        with Engine(source(imports=waiting)) as e:
            isolation = e.flow()["isolation"]
            self.assertEqual(
                isolation, {"fork_safe": False, "reason": "importing the flow started the thread 'ticker'"}
            )
            self.assertEqual(e.step("start", [], ["end"], spawn=True).message["type"], "done")
        native = "import ctypes\nlib = ctypes.CDLL(None)\nslot = ctypes.c_ulong()\nlib.pthread_create(ctypes.byref(slot), None, lib.sleep, ctypes.c_void_p(1 << 20))"
        with Engine(source(imports=native)) as e:
            isolation = e.flow()["isolation"]
            self.assertFalse(isolation["fork_safe"])
            self.assertIn("1 native threads", isolation["reason"])

    def test_what_tasks_cannot_share(self) -> None:
        for imports, problem in (
            ("import socket\npair = socket.socketpair()", "left a connection open"),
            ("data = open(__file__)", "flow.py' open, whose position tasks would share"),
            ("log = open('/tmp/spindle-test-log', 'a'); null = open('/dev/null'); pipe = os.pipe()", ""),
            ("with open(__file__) as f:\n    f.read()", ""),
        ):
            with self.subTest(imports), Engine(source(imports=imports)) as e:
                isolation = e.flow()["isolation"]
                self.assertEqual(isolation["fork_safe"], not problem, isolation)
                self.assertIn(problem, isolation["reason"])

    def test_spawned_faults(self) -> None:
        with Engine(source(imports="if 'SPINDLE_TEST' in os.environ: import nothing_like_this")) as e:
            e.flow()
            e.env["SPINDLE_TEST"] = "1"
            ended = e.step("start", [], ["end"], spawn=True)
            self.assertEqual((ended.message["type"], ended.message["persisted"]), ("failed", False))
            self.assertIn("nothing_like_this", ended.message["exception"]["message"])
            self.assertEqual(ended.exited["code"], 1)
            self.assertIn("nothing_like_this", ended.stderr)

    def test_another_version(self) -> None:
        with Engine(source()) as e:
            e.flow()
            task = e.step("start", [], ["end"], protocol=2)
            self.assertIsNone(task.message)
            self.assertIn("protocol 2", task.stderr)
        import socket

        from engine import Conn, Output

        outputs = [Output(), Output()]
        conn, process = e._launch("SPINDLE_WORKER_FD", outputs)
        self.assertIsInstance(conn, Conn)
        conn.recv()
        conn.send({"type": "hello", "protocol": 9, "engine": "9.1"})
        reply = conn.recv()
        self.assertEqual(reply["type"], "error")
        self.assertIn("9.1 (at an unknown place) speaks version 9", reply["message"])
        self.assertEqual(process.wait(10), 1)
        self.assertIsInstance(conn.sock, socket.socket)

    def test_python_warnings_are_silent_in_steps(self) -> None:
        ended = self.start("import warnings; warnings.warn('w'); warnings.warn('d', DeprecationWarning)")
        self.assertEqual(ended.stderr, "")

    def test_cost(self) -> None:
        with Engine(source()) as e:
            e.flow()
            e.step("start", [], ["end"])
            cost = [e.step("start", [], ["end"]).exited for _ in range(20)]
            each = sorted(c["user_seconds"] + c["system_seconds"] for c in cost)[10]
            # About 2 ms; the bound only catches a task that has come to import something heavy.
            self.assertLess(each, 0.03)


def _group(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except OSError:
        return -1


if __name__ == "__main__":
    unittest.main()
