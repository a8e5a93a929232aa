"""Calls to the store, from a task and from a script, and what starts the engine's binary."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
import unittest
from typing import Any, Dict, List, Optional

from engine import SRC, Engine

# A stand-in for the binary: says what it was called with, and serves calls for the store.
BINARY = f"""#!{sys.executable}
import json, os, socket, sys
if sys.argv[1] == 'store-server':
    conn = socket.socket(fileno=int(os.environ['SPINDLE_TASK_FD']))
    file = conn.makefile('rb')
    hello = json.loads(file.readline())
    version = int(os.environ.get('FAKE_PROTOCOL', '1'))
    conn.sendall(json.dumps({{'type': 'hello', 'protocol': version, 'engine': 'fake'}}).encode() + b'\\n')
    for line in file:
        m = json.loads(line)
        if m['call'] == 'die':
            os._exit(3)
        reply = {{'type': 'reply', 're': m['id'], 'result': [hello['language'], m['call'], m['args'], os.getpid()]}}
        if m['call'] == 'object':
            del reply['result']
            reply['error'] = {{'kind': 'not_found', 'message': 'there is no such thing'}}
        conn.sendall(json.dumps(reply).encode() + b'\\n')
else:
    print(json.dumps(sys.argv[1:]))
"""


class Store(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.binary = os.path.join(self.folder, "spindle")
        with open(self.binary, "w") as file:
            file.write(BINARY)
        os.chmod(self.binary, stat.S_IRWXU)

    def python(self, *argv: str, env: Optional[Dict[str, str]] = None) -> Any:
        full = {"PYTHONPATH": SRC, "METAFLOW_USER": "tester", "SPINDLE_BIN": self.binary, **(env or {})}
        return subprocess.run(
            [sys.executable, *argv],
            env=full,
            capture_output=True,
            cwd=self.folder,
            check=False,
        )

    def printed(self, code: str, **more: Any) -> List[str]:
        done = self.python("-W", "error", "-c", code, **more)
        self.assertEqual((done.returncode, done.stderr.decode()), (0, ""))
        return done.stdout.decode().splitlines()

    def test_outside_of_a_task(self) -> None:
        code = (
            "from spindle import store\nimport os\na = store.call('provider', {'x': 1}); b = store.call('x', {})\n"
            "print(a[:3], a[3] == b[3] != os.getpid())\n"
            "try:\n    store.call('object', {})\nexcept store.StoreError as e:\n    print(e.kind, e)\n"
            "try:\n    store.call('die', {})\nexcept store.StoreError as e:\n    print(e.kind)\n"
            "print(store.call('again', {})[3] != a[3])\n"
            "pid = os.fork()\nif pid == 0:\n    os._exit(0 if store.call('x', {})[3] != a[3] else 1)\nprint(os.waitpid(pid, 0)[1])"
        )
        self.assertEqual(
            self.printed(code),
            ["['python', 'provider', {'x': 1}] True", "not_found there is no such thing", "io", "True", "0"],
        )

    def test_no_binary_or_another_version(self) -> None:
        code = "from spindle import store\ntry:\n    store.call('x', {})\nexcept store.StoreError as e:\n    print(e.kind, e)"
        line = self.printed(code, env={"SPINDLE_BIN": "/no/such", "PATH": "/nowhere"})[0]
        self.assertIn("io the spindle command was not found", line)
        self.assertIn("speaks version 9 of the protocol, not 1", self.printed(code, env={"FAKE_PROTOCOL": "9"})[0])

    def test_in_a_task(self) -> None:
        source = """
            from metaflow import FlowSpec, step
            import spindle.store as store

            class F(FlowSpec):
                @step
                def start(self):
                    print(store.call('provider', {'a': 1}))
                    try:
                        store.call('latest', {})
                    except store.StoreError as e:
                        print(e.kind, e.message)
                    self.next(self.end)

                @step
                def end(self):
                    pass
        """
        with Engine(source) as e:
            e.flow()
            e.answers = {"provider": lambda args: {"result": args}}
            ended = e.step("start", [], ["end"])
            self.assertEqual(ended.stdout, "{'a': 1}\nunknown_call no such call\n", ended.stderr)

    def test_flow_as_a_script(self) -> None:
        import json

        flow = os.path.join(self.folder, "flow.py")
        with open(flow, "w") as file:
            file.write(
                "from metaflow import FlowSpec, step\nclass F(FlowSpec):\n    pass\nif __name__ == '__main__':\n    F()\n    print('never')\n"
            )
        done = self.python("flow.py", "run", "--alpha", "a b")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual(
            json.loads(done.stdout), ["exec-flow", "--python", sys.executable, "--", "flow.py", "run", "--alpha", "a b"]
        )
        done = self.python("flow.py", "run", env={"SPINDLE_BIN": "", "PATH": self.folder})
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.python("flow.py", "run", env={"SPINDLE_BIN": "", "PATH": "/nowhere"})
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"The spindle command was not found", done.stderr)
        done = self.python("-c", "from metaflow import FlowSpec\nclass F(FlowSpec): pass\nF(use_cli=False)\nF()")
        self.assertIn(b"F can only be run from a file", done.stderr)

    def test_exit_hook(self) -> None:
        flow = os.path.join(self.folder, "flow.py")
        with open(flow, "w") as file:
            file.write(
                "from metaflow import FlowSpec, step, exit_hook\nimport helper\ndef hook(): print('hook', __name__)\n"
                "def with_run(run): print('run', run)\n@exit_hook(on_success=[hook])\nclass F(FlowSpec):\n    pass\n"
                "if __name__ == '__main__':\n    F()\n"
            )
        with open(os.path.join(self.folder, "helper.py"), "w") as file:
            file.write("def other(**kwargs): print(sorted(kwargs))\n")
        for name, lines in {
            "hook": ["hook flow"],
            "helper.other": ["[exit_hook] the run F/1 can not be read: there is no such thing", "['run']"],
            "with_run": ["[exit_hook] the run F/1 can not be read: there is no such thing", "run None"],
        }.items():
            done = self.python("-m", "spindle.exit_hook", flow, name, "F/1")
            self.assertEqual((done.returncode, done.stdout.decode().splitlines()), (0, lines), done.stderr)
        done = self.python("-m", "spindle.exit_hook", flow, "nobody", "F/1")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"'nobody' was not found", done.stdout)
        self.assertEqual(self.python("-m", "spindle.exit_hook").returncode, 2)


if __name__ == "__main__":
    unittest.main()
