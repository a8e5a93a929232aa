"""What decorators do around a step, and what they say of themselves."""

from __future__ import annotations

import re
import unittest
from typing import Any

from engine import Ended, Engine

HEAD = """
import os, sys, time
from metaflow import *

%s
class F(FlowSpec):
    %s
    @step
    def start(self):
        %s
        self.next(self.end)

    @step
    def end(self):
        pass
"""


def source(decorator: str = "", body: str = "pass", flow: str = "") -> str:
    return HEAD % (flow, decorator.replace("\n", "\n    "), body.replace("\n", "\n        "))


class Steps(unittest.TestCase):
    maxDiff = None

    def start(self, decorator: str, body: str, **more: Any) -> Ended:
        with Engine(source(decorator, body), env=more.pop("environ", None)) as e:
            self.described = e.flow()
            return e.step("start", [e.parameters()], ["end"], **more)

    def test_failure(self) -> None:
        ended = self.start("", "self.x = 1\ndef inner():\n    raise ValueError('bäd')\ninner()")
        message = ended.message
        self.assertEqual((message["type"], message["persisted"], message["retry"]), ("failed", True, True))
        exception = message["exception"]
        self.assertEqual((exception["type"], exception["message"], exception["line"]), ("ValueError", "bäd", 12))
        self.assertTrue(exception["file"].endswith("flow.py"))
        self.assertTrue(
            ended.stderr.startswith(
                "<flow F step start> failed:\n    Internal error\nTraceback (most recent call last):\n  File "
            )
        )
        self.assertTrue(ended.stderr.endswith("ValueError: bäd\n\n"), ended.stderr)
        self.assertNotIn("spindle/worker", ended.stderr)
        self.assertEqual((ended.value("x"), ended.value("_task_ok"), ended.value("_success")), (1, False, False))
        wrapper = ended.value("_exception")
        self.assertEqual(
            (type(wrapper).__name__, wrapper.exception, wrapper.type),
            ("MetaflowExceptionWrapper", "bäd", "builtins.ValueError"),
        )
        self.assertTrue(str(wrapper).endswith("ValueError: bäd\n"))
        self.assertEqual(ended.value("_transition"), None)

    def test_exits_and_interrupts_are_failures(self) -> None:
        for body, kind, message in (
            ("sys.exit(0)", "SystemExit", "the step called sys.exit(0)"),
            ("sys.exit('words')", "SystemExit", "the step called sys.exit('words')"),
            ("raise KeyboardInterrupt", "KeyboardInterrupt", ""),
        ):
            with self.subTest(body):
                ended = self.start("@catch", body)
                self.assertEqual(ended.message["type"], "failed")
                self.assertEqual(
                    (ended.message["exception"]["type"], ended.message["exception"]["message"]), (kind, message)
                )
                self.assertEqual(ended.exited["code"], 1)
                self.assertEqual((ended.value("_task_ok"), ended.value("_exception")), (None, None))

    def test_exception_with_hostile_text(self) -> None:
        ended = self.start("", "class E(Exception):\n    def __str__(self): raise RuntimeError\nraise E")
        self.assertEqual(ended.message["exception"]["type"], "E")
        ended = self.start("", "raise ValueError('\\udc80')")
        self.assertEqual(ended.message["type"], "failed")

    def test_catch(self) -> None:
        ended = self.start("@catch(var='problem')", "self.before = 1\nraise ValueError('bad')")
        self.assertEqual(
            (ended.message["type"], ended.message["success"], ended.message["caught"]), ("done", False, True)
        )
        self.assertEqual(ended.message["transition"]["next"], ["end"])
        self.assertEqual(
            (ended.value("_task_ok"), ended.value("_success"), ended.value("_exception")), (True, False, None)
        )
        self.assertEqual(ended.value("problem").type, "builtins.ValueError")
        self.assertEqual(ended.value("_catch_exception").exception, "bad")
        self.assertEqual(ended.value("before"), 1)
        lines = ended.stdout.splitlines()
        self.assertEqual(lines[0], "@catch caught an exception from <flow F step start>")
        self.assertEqual((lines[1], lines[-1]), (">  Traceback (most recent call last):", ">  ValueError: bad"))
        self.assertEqual(ended.stderr, "")
        step = self.described["steps"][0]
        self.assertEqual((step["retries"], step["catch"]), ({"user": 0, "error": 3}, True))

    def test_catch_without_failure_or_print(self) -> None:
        ended = self.start("@catch(var='problem', print_exception=False)", "pass")
        self.assertEqual((ended.message["caught"], ended.value("problem")), (False, None))
        ended = self.start("@catch(print_exception=False)", "1/0")
        self.assertEqual((ended.message["caught"], ended.stdout), (True, ""))

    def test_catch_after_retries(self) -> None:
        decorators = "@retry(times=1)\n@catch(var='problem')"
        first = self.start(
            decorators, "raise ValueError(current.retry_count)", attempt=0, user_retries=1, error_retries=3
        )
        self.assertEqual(first.message["type"], "failed")
        last = self.start(
            decorators, "raise ValueError(current.retry_count)", attempt=1, user_retries=1, error_retries=3
        )
        self.assertEqual(last.value("problem").exception, "1")
        self.assertEqual(self.described["steps"][0]["retries"], {"user": 1, "error": 3})
        # The body died without an exception twice: the fallback does not run it again.
        fallback = self.start(decorators, "print('never')", attempt=2, user_retries=1, error_retries=3)
        self.assertEqual((fallback.message["type"], fallback.message["caught"]), ("done", True))
        self.assertNotIn("never", fallback.stdout)
        self.assertEqual(fallback.value("problem").type, "metaflow.plugins.catch_decorator.FailureHandledByCatch")

    def test_catch_on_a_split(self) -> None:
        ended = self.start("@catch", "pass", type="switch")
        self.assertIn("can not be used on step *start*: it is a switch split", ended.message["exception"]["message"])

    def test_timeout(self) -> None:
        body = "try:\n    time.sleep(20)\nexcept ValueError:\n    pass"
        ended = self.start("@timeout(seconds=1)", body)
        self.assertEqual(ended.message["type"], "failed")
        self.assertEqual(self.described["steps"][0]["timeout_seconds"], 1)
        text = "Step start timed out after 0 hours, 0 minutes, 1 seconds"
        self.assertRegex(ended.stdout, r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} " + text + "\n$")
        lines = ended.stderr.splitlines()
        self.assertEqual(
            lines[:4],
            ["<flow F step start> failed:", "    @timeout:", "    " + text, "    Stack when the timeout was raised:"],
        )
        self.assertRegex(lines[4], r'^    >    File ".*flow.py", line 11, in start$')
        self.assertEqual(ended.value("_exception").type, "metaflow.plugins.timeout_decorator.TimeoutException")
        caught = self.start("@catch(var='e')\n@timeout(seconds=1)", body)
        self.assertTrue(caught.message["caught"])
        self.assertIn("timed out", caught.value("e").exception)

    def test_timeout_in_time(self) -> None:
        # The alarm is off when the values are stored, even when that takes longer.
        slow = "class Slow:\n    def __reduce__(self):\n        time.sleep(1.2)\n        return int, ()\nself.slow = Slow()"
        ended = self.start("@timeout(seconds=1)", slow)
        self.assertEqual(ended.message["type"], "done", ended.stderr)
        ended = self.start("@timeout(seconds=1)\n@catch", slow + "\n1/0")
        self.assertEqual(ended.message["type"], "done", ended.stderr)

    def test_environment(self) -> None:
        ended = self.start(
            "@environment(vars={'COLOUR': 3})", "print(os.environ['COLOUR'], os.getenv('COLOUR'))", env={"COLOUR": "3"}
        )
        self.assertEqual(ended.stdout, "3 3\n")
        self.assertEqual(self.described["steps"][0]["environment"], {"COLOUR": "3"})

    def test_secrets(self) -> None:
        one = "{'type': 'inline', 'id': 'x', 'options': {'env_vars': {'TOKEN': 'abc'}}}"
        ended = self.start(f"@secrets(sources=[{one}])", "print(os.environ['TOKEN'])")
        self.assertEqual(ended.stdout, "abc\n")
        ended = self.start(f"@secrets(sources=[{one}])", "pass", environ={"TOKEN": "old"})
        self.assertIn("'TOKEN' is set already", ended.message["exception"]["message"])
        ended = self.start(
            f"@secrets(sources=[{one}], allow_override=True)", "print(os.environ['TOKEN'])", environ={"TOKEN": "old"}
        )
        self.assertEqual(ended.stdout, "abc\n")

    def test_cosmetics_warn(self) -> None:
        body = "current.card.append('x'); current.card['a'].extend([1]); current.card.refresh(); current.card.clear()\nprint(len(current.card.get()))"
        ended = self.start("@card\n@card(id='b')\n@conda(packages={'x': '1'})\n@pypi\n@resources(cpu=4)", body)
        self.assertEqual(ended.stdout, "0\n", ended.stderr)
        self.assertEqual(len(self.described["warnings"]), 3)
        self.assertEqual(
            [d["name"] for d in self.described["steps"][0]["decorators"]],
            ["resources", "pypi", "conda", "card", "card"],
        )

    def test_attributes_that_json_lacks(self) -> None:
        self.start("@resources(cpu={1, 2}, memory=float('nan'), gpu=object, disk=None)", "pass")
        attributes = self.described["steps"][0]["decorators"][0]["attributes"]
        self.assertEqual(
            [attributes[name] for name in ("cpu", "memory", "gpu", "disk")], [[1, 2], "nan", "object", "None"]
        )


class Flows(unittest.TestCase):
    def flow(self, decorators: str, **options: Any) -> Any:
        with Engine(source(flow=decorators), env={"METAFLOW_OWNER": options.pop("owner", "")}) as e:
            e.options = options
            return e.flow()

    def test_project(self) -> None:
        for decorator, options, branch in (
            ("name='p'", {"user": "ann"}, "user.ann"),
            ("name='p'", {"user": "ann", "owner": "bob"}, "user.bob"),
            ("name='p'", {"branch": "x_1"}, "test.x_1"),
            ("name='p'", {"production": True}, "prod"),
            ("name='p'", {"production": True, "branch": "x"}, "prod.x"),
            ("name='p', branch='y'", {}, "test.y"),
            ("name='p', branch='y', production=True", {"branch": "y"}, "prod.y"),
        ):
            with self.subTest(decorator, **options):
                flow = self.flow(f"@project({decorator})", **dict(options))
                project = flow["project"]
                self.assertEqual((project["branch"], project["flow_name"]), (branch, f"p.{branch}.F"))
                self.assertEqual(flow["system_tags"], ["project:p", "project_branch:" + branch])
                self.assertEqual(project["production"], branch.startswith("prod"))
                self.assertEqual(project["user_branch"], branch.startswith("user"))
        with self.assertRaisesRegex(AssertionError, "both in the decorator and as --branch"):
            self.flow("@project(name='p', branch='y')", branch="x")
        with self.assertRaisesRegex(AssertionError, "lower-case"):
            self.flow("@project(name='p')", branch="X-1")

    def test_recorded_ones(self) -> None:
        flow = self.flow(
            "@schedule(hourly=True)\n@trigger(event={'name': 'e', 'parameters': {'a': 'b'}})\n@trigger_on_finish(flows=['A', 'p.b.B'])\n"
            "@exit_hook(on_success=[print, 'm.f'])\n@exit_hook(on_error=['g'])\n@pypi_base(packages={})"
        )
        self.assertEqual(
            [d["name"] for d in flow["decorators"]],
            ["pypi_base", "exit_hook", "exit_hook", "trigger_on_finish", "trigger", "schedule"],
        )
        self.assertEqual(flow["exit_hooks"], {"on_success": ["print", "m.f"], "on_error": ["g"]})
        self.assertEqual(flow["decorators"][-1]["attributes"]["hourly"], True)

    def test_current(self) -> None:
        body = (
            "print(current.project_name, current.branch_name, current.is_production, current.is_user_branch, current.project_flow_name)\n"
            "print(current.origin_run_id, current.trigger, current.is_running_flow, current.retry_count, current.tempdir == os.path.dirname(__file__))\n"
            "print('run_id' in current, 'nonsense' in current, current.get('nonsense', 3), current.spot_termination_notice, current.graph)"
        )
        project = {"name": "p", "branch": "user.t", "flow_name": "p.user.t.F", "production": False, "user_branch": True}
        with Engine(source(body=body)) as e:
            e.flow()
            ended = e.step("start", [e.parameters()], ["end"], project=project, origin_run_id="7")
        self.assertEqual(
            ended.stdout,
            "p user.t False True p.user.t.F\n7 None True 0 True\nTrue False 3 None {'steps': {}}\n",
            ended.stderr,
        )

    def test_current_outside_of_a_flow(self) -> None:
        import subprocess
        import sys

        from engine import SRC

        code = (
            "from metaflow import current as c; "
            "print(c.is_running_flow, c.flow_name, c.pathspec, c.run, c.task, c.project_name, c.tempdir, c.trigger, c.graph)"
        )
        out = subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONPATH": SRC}, stdout=subprocess.PIPE, check=True
        ).stdout.decode()
        self.assertTrue(re.fullmatch(r"False( None){5} \.( None){2}\n", out), out)


if __name__ == "__main__":
    unittest.main()
