"""Flow files of every kind: what the engine hears of those that cannot be described."""

from __future__ import annotations

import os
import signal
import textwrap
import unittest
from typing import Any, Dict, Optional

from engine import Engine, Message

STEPS = """
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
"""
IMPORT = "from metaflow import FlowSpec, Parameter, step\n"


def flow(name: str, base: str = "FlowSpec") -> str:
    return f"class {name}({base}):\n" + STEPS.replace("\n        ", "\n    ") + "\n"


class Faults(unittest.TestCase):
    maxDiff = None

    def fault(self, source: str, files: Optional[Dict[str, str]] = None, **more: Any) -> Message:
        with Engine(source, files=files) as e:
            for key, value in more.items():
                setattr(e, key, value)
            reply = e.describe()
            self.assertEqual(reply["type"], "error", reply)
            for key in ("file", "message", "traceback"):
                if key in reply:
                    reply[key] = reply[key].replace(e.folder + os.sep, "")
            return reply

    def assert_at(
        self, reply: Message, kind: str, line: int, text: str, column: int = 0, file: str = "flow.py"
    ) -> None:
        self.assertEqual(
            (reply["kind"], reply["file"], reply["line"], reply["text"].strip()), (kind, file, line, text), reply
        )
        if column:
            self.assertEqual(reply["column"], column)

    def test_syntax(self) -> None:
        reply = self.fault(IMPORT + "x = (1,\ny = 2\n")
        self.assertEqual(reply["kind"], "syntax")
        self.assertIn(reply["line"], (2, 3))
        self.assert_at(self.fault("import broken\n", {"broken.py": "a b\n"}), "syntax", 1, "a b", file="broken.py")
        self.assertEqual(self.fault("x = 1\0\n")["kind"], "syntax")
        self.assertEqual(self.fault("# -*- coding: nonsense -*-\n")["kind"], "syntax")

    def test_imports(self) -> None:
        reply = self.fault("import os\nimport no_such_module_x.y\n")
        self.assert_at(reply, "import", 2, "import no_such_module_x.y", 1)
        self.assertEqual(reply["module"], "no_such_module_x")
        self.assertIn(reply["executable"], reply["message"])
        reply = self.fault("import helper\n", {"helper.py": "def f():\n    return 1 / 0\n\n  \nf()\n"})
        self.assert_at(reply, "import", 2, "return 1 / 0", 5, "helper.py")
        self.assertEqual(reply["message"], "ZeroDivisionError: division by zero")
        self.assertTrue(
            reply["traceback"].startswith('Traceback (most recent call last):\n  File "flow.py", line 1'),
            reply["traceback"],
        )
        reply = self.fault("from metaflow import retryy\n")
        self.assert_at(reply, "import", 1, "from metaflow import retryy")
        self.assertIn("did you mean 'retry'", reply["message"])
        for name in ("Deployer", "NBRunner", "pytorch_parallel"):
            self.assertIn(f"{name} is not supported", self.fault(f"from metaflow import {name}\n")["message"])
        starred = self.fault("from metaflow import *\nclass F(FlowSpec):\n    made = Deployer('f.py')\n")
        self.assert_at(starred, "import", 3, "made = Deployer('f.py')", 5)
        self.assertIn("Deployer is not supported", starred["message"])
        self.assertIn("NameError", self.fault("from metaflow import FlowSpec\nDeployer('f.py')\n")["message"])
        self.assertIn("metaflow.plugins.aws", self.fault("import metaflow.plugins.aws\n")["message"])

    def test_exit(self) -> None:
        self.assert_at(self.fault("import sys\nprint('x')\nsys.exit(3)\n"), "exit", 3, "sys.exit(3)")
        self.assert_at(self.fault("raise SystemExit\n"), "exit", 1, "raise SystemExit")
        self.assertIn("interrupted", self.fault("raise KeyboardInterrupt\n")["message"])

    def test_choice_of_flow(self) -> None:
        self.assertEqual(self.fault("x = 1\n")["kind"], "no_flow")
        reply = self.fault(IMPORT + flow("A") + flow("B"))
        self.assertEqual((reply["kind"], reply["classes"]), ("many_flows", ["A", "B"]))
        reply = self.fault(IMPORT + flow("A"), cls="X")
        self.assertEqual((reply["kind"], reply["classes"]), ("no_flow", ["A"]))
        for source, cls, name in (
            (flow("A") + flow("B") + "B()\n", "", "B"),
            (flow("A") + flow("B") + "B()\n", "A", "A"),
            (flow("A") + flow("B") + "if __name__ == '__main__':\n    A()\n", "", "A"),
            (flow("A") + "class B(A): pass\n", "", "B"),
            (flow("A"), "", "A"),
        ):
            with self.subTest(source[-40:], cls=cls), Engine(IMPORT + source) as e:
                e.cls = cls
                self.assertEqual(e.flow()["name"], name)

    def test_declarations(self) -> None:
        def flow_with(*lines: str) -> str:
            return (
                IMPORT
                + "class F(FlowSpec):\n"
                + "".join(f"    {line}\n" for line in lines)
                + STEPS.replace("\n        ", "\n    ")
            )

        self.assert_at(self.fault(flow_with("p = Parameter('run-id')")), "parameter", 3, "p = Parameter('run-id')", 5)
        self.assert_at(
            self.fault(flow_with("p = Parameter('a')", "q = Parameter('A')")), "parameter", 4, "q = Parameter('A')"
        )
        self.assert_at(
            self.fault(flow_with("p = Parameter('a', type=int, separator=',')")),
            "parameter",
            3,
            "p = Parameter('a', type=int, separator=',')",
        )
        self.assertIn("unknown argument 'defualt'", self.fault(flow_with("p = Parameter('a', defualt=3)"))["message"])
        self.assertIn(
            "required can not be a function", self.fault(flow_with("p = Parameter('a', required=lambda: 1)"))["message"]
        )

    def test_decorators(self) -> None:
        def decorated(decorator: str, on: str = "start") -> str:
            if on == "F":
                return f"from metaflow import *\n@{decorator}\n" + flow("F")
            text = f"    @{decorator}\n    @step\n    def {on}"
            return "from metaflow import *\n" + flow("F").replace(f"    @step\n    def {on}", text)

        for decorator, problem in {
            "retry(tmies=3)": "@retry has no attribute 'tmies'; it has: times, minutes_between_retries",
            "retry(times=5)": "at most 4",
            "retry(times='x')": "must be a number",
            "timeout": "needs a duration",
            "environment(vars=3)": "must be a dictionary",
            "batch(cpu=0)": "cpu must be a number greater than 0",
            "batch(gpu=1.5)": "gpu must be a whole number 0 or greater",
            "batch(memory='lots')": "memory must be a number",
            "batch(swappiness=100)": "swappiness must be from 0 to 99",
            "batch(inferentia=1, trainium=1)": "two names of one thing",
            "batch(tmpfs_path='here')": "tmpfs_path must be an absolute path",
            "batch(aws_batch_tags='x')": "must be a dictionary of texts",
            "batch(aws_batch_tags={'aws:x': 'y'})": "begins with 'aws:'",
            "batch(aws_batch_tags={'x': 'a*b'})": "does not take",
            "batch(log_options='x')": "of the form key:value",
            "batch(colour='red')": "colour",
            "kubernetes(cpu=4)": "not supported yet",
            "secrets(sources=['aws-secrets-manager.x'])": "does not support yet",
        }.items():
            with self.subTest(decorator):
                reply = self.fault(decorated(decorator))
                self.assert_at(reply, "decorator", 4, "@" + decorator, 5)
                self.assertIn(problem, reply["message"])
        for decorator, problem in {
            "project": "needs a name",
            "project(name='A b')": "lower-case",
            "trigger": "give an event",
            "trigger(event='a', events=['b'])": "not both",
            "trigger(events=['a', 'a'])": "twice",
            "trigger_on_finish(flow='a.b')": "project.branch.flow",
            "exit_hook": "on_success or on_error",
            "schedule(dialy=True)": "no attribute 'dialy'",
        }.items():
            with self.subTest(decorator):
                reply = self.fault(decorated(decorator, "F"))
                self.assert_at(reply, "decorator", 2, "@" + decorator, 1)
                self.assertIn(problem, reply["message"])
        self.assertIn(
            "@step right above",
            self.fault(
                "from metaflow import *\nclass F(FlowSpec):\n    @step\n    @retry\n    def start(self): pass\n"
            )["message"],
        )
        self.assertIn(
            "twice",
            self.fault(
                "from metaflow import *\nclass F(FlowSpec):\n    @retry\n    @retry\n    @step\n    def start(self): pass\n"
            )["message"],
        )
        self.assertIn(
            "above a class", self.fault("from metaflow import *\n@project(name='x')\ndef f(): pass\n")["message"]
        )

    def test_with(self) -> None:
        source = IMPORT + flow("F")
        for spec, problem in {
            "rety": "did you mean 'retry'",
            "project:name=x": "decorates flows",
            "retry:tmies=3": "no attribute 'tmies'",
            "retry:3": "not of the form",
            "xyz": "there are: batch",
        }.items():
            reply = self.fault(source, with_=[spec])
            self.assertEqual(reply["kind"], "decorator", reply)
            self.assertIn(problem, reply["message"])
        text = 'environment:vars={"A": "x,b"}'
        with Engine(
            "from metaflow import *\n"
            + flow("F").replace("    @step\n    def end", "    @retry(times=1)\n    @step\n    def end")
        ) as e:
            e.with_ = ["retry:times=2,minutes_between_retries=0.5", text.replace('"', '\\"')]
            start, end = e.flow()["steps"]
            self.assertEqual([d["name"] for d in start["decorators"]], ["retry", "environment"])
            self.assertEqual(start["decorators"][0]["attributes"], {"times": 2, "minutes_between_retries": 0.5})
            self.assertFalse(start["decorators"][0]["statically_defined"])
            self.assertEqual(start["environment"], {"A": "x,b"})
            self.assertEqual((start["retries"], end["retries"]), ({"user": 2, "error": 0}, {"user": 1, "error": 0}))


class Imports(unittest.TestCase):
    def test_output_of_the_import(self) -> None:
        with Engine(
            "import sys\nprint('out'); print('err', file=sys.stderr)\nprint('rest', end='')\n" + IMPORT + flow("F")
        ) as e:
            e.flow()
            e.stop()
            self.assertEqual(e.outputs[0].text(), "out\nrest")
            self.assertEqual(e.outputs[1].text(), "err\n")

    def test_same_surroundings_as_a_script(self) -> None:
        source = """
            import os, sys, __main__, pickle
            import helper.inner
            from metaflow import FlowSpec, step
            assert __name__ == '__main__' and __file__ == sys.argv[0] == os.path.abspath(__file__), (__file__, sys.argv)
            assert sys.path[0] == os.path.dirname(__file__), sys.path
            assert __main__.__dict__ is globals()

            class Own:
                pass
        """  # fmt: skip
        body = flow("F").replace("pass", "self.own = Own(); print(type(pickle.loads(pickle.dumps(self.own))))")
        files = {"helper/__init__.py": "", "helper/inner.py": ""}
        with Engine(textwrap.dedent(source) + body, files=files) as e:
            read = e.flow()["files"]
            self.assertEqual(
                [os.path.relpath(f, e.folder) for f in read], ["flow.py", "helper/__init__.py", "helper/inner.py"]
            )
            start = e.step("start", [e.parameters()], ["end"])
            end = e.step("end", [start])
            self.assertEqual(end.stdout, "<class '__main__.Own'>\n", end.stderr)
            self.assertIn(b"__main__", end.table["own"]["raw"])

    def test_hang_tells_its_stack_when_aborted(self) -> None:
        with Engine("import time\n\ndef stuck():\n    time.sleep(100)\n\nstuck()\n") as e:
            e.conn.send({"type": "describe", "id": 1, "source": e.source, "class": "", "with": [], "options": {}})
            import time

            time.sleep(0.3)
            e.process.send_signal(signal.SIGABRT)
            self.assertEqual(e.process.wait(10), -signal.SIGABRT)
            self.assertIn('flow.py", line 4 in stuck', e.outputs[1].text())

    def test_described_twice(self) -> None:
        with Engine(IMPORT + flow("F")) as e:
            self.assertEqual(e.flow(), e.flow())
            e.with_ = ["retry"]
            self.assertEqual(e.describe()["kind"], "protocol")

    def test_unknown_messages(self) -> None:
        with Engine(IMPORT + flow("F")) as e:
            e.conn.send({"type": "dance", "id": 5})
            self.assertEqual(e.conn.recv()["re"], 5)
            e.conn.send({"type": "start", "id": 6})
            self.assertEqual((e.conn.recv() or {})["kind"], "protocol")
            e.flow()

    def test_started_by_the_folder_and_beside_namesakes(self) -> None:
        import sys

        from engine import SRC

        argv = [sys.executable, os.path.join(SRC, "spindle", "worker")]
        files = {"metaflow.py": "raise Exception('the wrong one')", "spindle.py": "raise Exception('the wrong one')"}
        with Engine(IMPORT + flow("F"), files=files, argv=argv) as e:
            self.assertEqual(e.flow()["name"], "F")


if __name__ == "__main__":
    unittest.main()
