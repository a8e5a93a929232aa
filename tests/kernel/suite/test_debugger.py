"""The debugger: cells, steps, flow files; what is seen, stepped through, interrupted, abandoned."""

import importlib.util
import os
import signal
import subprocess
import sys
import tempfile
import unittest

from debugging import Debugger
from jupyter_client.manager import start_new_kernel
from kernels import LIMIT, Kernel
from test_ends import soon
from test_flows import FLOW, Folder

PLAIN = """def double(n):
    result = 2 * n
    return result

x = 20
y = double(x)
print("y is", y)
"""
# The first line of a cell counts, though it is empty.
STEP = """
# of the notebook
@step
def body(self):
    doubled = self.input * 2
    self.y = doubled * self.alpha
    print("body", doubled)
    self.next(self.join)
"""
LOOP = """
total = 0
while True:
    total += 1
"""


class Cells(Kernel):
    """Plain cells of one kernel."""

    def setUp(self):
        self.debugger = Debugger(self, self.kc)

    def tearDown(self):
        self.debugger.ok("disconnect")
        self.assertEqual(self.value("1 + 1"), "2")

    def test_declared(self):
        reply = self.reply(self.kc.kernel_info())
        self.assertIs(reply["debugger"], True)
        self.assertIn("debugger", reply["supported_features"])

    def test_stops_steps_and_goes_on(self):
        d = self.debugger
        able = d.start()
        self.assertTrue(able["supportsConditionalBreakpoints"])
        path = d.stop_at(PLAIN, 2)
        msg_id = self.send(PLAIN)
        thread, frame = d.stopped()
        self.assertEqual((frame["name"], frame["line"], frame["source"]["path"]), ("double", 2, path))
        self.assertEqual(d.variables(frame)["n"]["value"], "20")
        info = d.ok("debugInfo")
        self.assertEqual((info["isStarted"], info["stoppedThreads"]), (True, [thread]))
        self.assertEqual(info["breakpoints"], [{"source": path, "breakpoints": [{"line": 2}]}])
        d.ok("next", threadId=thread)
        thread, frame = d.stopped()
        self.assertEqual(frame["line"], 3)
        self.assertEqual(d.variables(frame)["result"]["value"], "40")
        self.assertEqual(d.ok("evaluate", expression="result + 1", frameId=frame["id"])["result"], "41")
        d.ok("stepOut", threadId=thread)
        thread, frame = d.stopped()
        self.assertEqual((frame["name"], frame["line"]), ("<module>", 6))
        d.ok("next", threadId=thread)
        thread, frame = d.stopped()
        shown = d.variables(frame)
        self.assertEqual(shown["y"]["value"], "40")
        self.assertFalse({"In", "Out", "get_ipython", "_i", "_ih"} & set(shown), "what is IPython's is not shown")
        d.ok("continue", threadId=thread)
        reply, text = d.finish(msg_id)
        self.assertEqual((reply["status"], text), ("ok", "y is 40\n"))
        self.assertEqual(d.ok("debugInfo")["stoppedThreads"], [])

    def test_steps_into_functions_of_earlier_cells(self):
        d = self.debugger
        self.run_cell("def earlier(n):\n    inner = n + 1\n    return inner")
        d.start()
        code = "earlier(1)"
        d.stop_at(code, 1)
        msg_id = self.send(code)
        thread, frame = d.stopped()
        d.ok("stepIn", threadId=thread)
        thread, frame = d.stopped()
        self.assertEqual((frame["name"], frame["line"]), ("earlier", 2))
        d.ok("continue", threadId=thread)
        self.assertEqual(d.finish(msg_id)[0]["status"], "ok")

    def test_breakpoint_set_after_the_cell_was_run(self):
        d = self.debugger
        code = "def later(n):\n    return n + 1\n"
        self.run_cell(code)
        d.start()
        d.stop_at(code, 2)
        msg_id = self.send("later(4)")
        thread, frame = d.stopped()
        self.assertEqual((frame["name"], frame["line"]), ("later", 2))
        d.ok("continue", threadId=thread)
        self.assertEqual(d.finish(msg_id)[0]["status"], "ok")

    def test_condition_and_empty_lines(self):
        d = self.debugger
        d.start()
        code = "\n\nfor n in range(10):\n    square = n * n\n"
        path = d.dump(code)
        d.ok("setBreakpoints", source={"path": path}, breakpoints=[{"line": 4, "condition": "n == 7"}])
        msg_id = self.send(code)
        thread, frame = d.stopped()
        self.assertEqual((frame["line"], d.variables(frame)["n"]["value"]), (4, "7"))
        d.ok("continue", threadId=thread)
        self.assertEqual(d.finish(msg_id)[0]["status"], "ok")

    def test_names_of_cells_are_those_of_jupyterlab(self):
        d = self.debugger
        info = d.ok("debugInfo")
        for code in ("a", "ab", "abc", "abcd", "print('grüße')\n", PLAIN):
            hashed = subprocess.run(
                [sys.executable, "-c", "import sys; from ipykernel.compiler import murmur2_x86 as m; print(m(sys.argv[1], int(sys.argv[2])))"]
                + [code, str(info["hashSeed"])],
                capture_output=True, text=True, check=True,
            ).stdout.strip()
            self.assertEqual(d.dump(code), info["tmpFilePrefix"] + hashed + info["tmpFileSuffix"])
            self.assertEqual(d.ok("source", source={"path": d.dump(code)})["content"], code)
        self.assertEqual((info["hashMethod"], info["richRendering"]), ("Murmur2", True))
        self.assertEqual(os.stat(info["tmpFilePrefix"]).st_mode & 0o777, 0o700)

    def test_variables_while_nothing_is_stopped(self):
        d = self.debugger
        self.run_cell("import pandas\nfigures = {'a': [1, 2], 'b': None}\ntable = pandas.DataFrame({'a': [1.5]})")
        shown = {v["name"]: v for v in d.ok("inspectVariables")["variables"]}
        self.assertFalse({"In", "Out", "get_ipython", "exit", "self"} & set(shown))
        self.assertEqual((shown["figures"]["type"], shown["figures"]["value"]), ("dict", "{'a': [1, 2], 'b': None}"))
        inside = d.ok("variables", variablesReference=shown["figures"]["variablesReference"])["variables"]
        self.assertEqual([(v["name"], v["value"]) for v in inside], [("'a'", "[1, 2]"), ("'b'", "None")])
        deeper = d.ok("variables", variablesReference=inside[0]["variablesReference"])["variables"]
        self.assertEqual([(v["value"], v["evaluateName"]) for v in deeper], [("1", "figures['a'][0]"), ("2", "figures['a'][1]")])
        self.assertIn("<table", d.ok("richInspectVariables", variableName="table")["data"]["text/html"])
        self.assertFalse(d.ask("richInspectVariables", {"variableName": "nowhere"})["success"])
        modules = d.ok("modules")
        self.assertTrue(any(m["path"].endswith("pandas/__init__.py") for m in modules["modules"]))

    def test_while_stopped_a_kernel_answers(self):
        d = self.debugger
        self.run_cell("import pandas\ntable = pandas.DataFrame({'a': [1.5]})")
        d.start()
        d.stop_at(PLAIN, 3)
        msg_id = self.send(PLAIN)
        thread, frame = d.stopped()
        completed = self.reply(self.kc.complete("tabl"))
        self.assertIn("table", completed["matches"])
        reply = self.reply(self.kc.inspect("table"))
        self.assertTrue(reply.get("found"), reply)
        self.assertIn("table", {v["name"] for v in d.ok("inspectVariables")["variables"]})
        rich = d.ok("richInspectVariables", variableName="result", frameId=frame["id"])
        self.assertEqual(rich["data"]["text/plain"], "40")
        d.ok("copyToGlobals", dstVariableName="copied", srcVariableName="result", srcFrameId=frame["id"])
        d.ok("setVariable", variablesReference=d.ok("scopes", frameId=frame["id"])["scopes"][0]["variablesReference"], name="result", value="7")
        d.ok("continue", threadId=thread)
        self.assertEqual(d.finish(msg_id)[1], "y is 7\n")
        self.assertEqual(self.value("copied"), "40")
        self.assertFalse(d.ask("scopes", {"frameId": frame["id"]})["success"], "a frame that has gone")

    def test_stops_at_an_exception(self):
        d = self.debugger
        d.start()
        d.ok("setExceptionBreakpoints", filters=["raised"])
        msg_id = self.send("def wrong():\n    return 1 / 0\nwrong()")
        body = d.event("stopped")
        self.assertEqual(body["reason"], "exception")
        self.assertEqual(d.ok("exceptionInfo", threadId=body["threadId"])["exceptionId"], "ZeroDivisionError")
        d.ok("setExceptionBreakpoints", filters=[])
        d.ok("continue", threadId=body["threadId"])
        self.assertEqual(d.finish(msg_id)[0]["ename"], "ZeroDivisionError")

    def test_interrupt_while_stopped(self):
        d = self.debugger
        d.start()
        d.stop_at(LOOP, 4)
        for _ in range(3):  # what was stopped and interrupted can be stopped again
            msg_id = self.send(LOOP)
            d.stopped()
            self.control("interrupt_request")
            self.assertEqual(d.finish(msg_id)[0]["ename"], "KeyboardInterrupt")
            self.assertEqual(d.ok("debugInfo")["stoppedThreads"], [])

    def test_attaches_while_a_cell_runs(self):
        d = self.debugger
        code = "import time\ngoing = True\nwhile going:\n    time.sleep(0.01)\n"
        msg_id = self.send(code)
        self.wait(msg_id, until=lambda kind, c: kind == "execute_input")
        d.start()
        path = d.dump(code)
        d.ok("setBreakpoints", source={"path": path}, breakpoints=[{"line": 4}])
        thread, frame = d.stopped()
        d.ok("setBreakpoints", source={"path": path}, breakpoints=[])
        d.ok("evaluate", expression="globals().update(going=False)", frameId=frame["id"])
        d.ok("continue", threadId=thread)
        self.assertEqual(d.finish(msg_id)[0]["status"], "ok")

    def test_disconnect_lets_go_on_and_is_no_end(self):
        d = self.debugger
        for _ in range(2):
            d.start()
            d.stop_at(PLAIN, 2)
            msg_id = self.send(PLAIN)
            d.stopped()
            d.ok("disconnect")
            self.assertEqual(d.finish(msg_id)[1], "y is 40\n")
            info = d.ok("debugInfo")
            self.assertEqual((info["isStarted"], info["breakpoints"], info["stoppedThreads"]), (False, [], []))
            self.assertEqual(d.finish(self.send(PLAIN))[1], "y is 40\n")
            self.assertEqual(self.value("__import__('sys').gettrace() is None"), "True")

    def test_forks_of_a_cell_are_not_stopped(self):
        d = self.debugger
        d.start()
        code = "import os\npid = os.fork()\nif pid == 0:\n    done = 7\n    os._exit(done)\nos.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])"
        d.stop_at(code, 4)
        self.assertEqual(self.value(code), "7")

    def test_python_that_dies_is_debugged_again(self):
        d = self.debugger
        d.start()
        d.stop_at(PLAIN, 2)
        self.run_cell("import os")
        msg_id = self.send(PLAIN)
        thread, frame = d.stopped()
        pid = int(d.ok("evaluate", expression="__import__('os').getpid()", frameId=frame["id"])["result"])
        os.kill(pid, signal.SIGKILL)
        self.assertEqual(d.finish(msg_id)[0]["ename"], "PythonDied")
        self.assertTrue(soon(lambda: d.ask("threads")["success"]))
        msg_id = self.send(PLAIN)
        thread, frame = d.stopped()
        self.assertEqual(frame["line"], 2)
        d.ok("continue", threadId=thread)
        self.assertEqual(d.finish(msg_id)[0]["status"], "ok")


class Steps(Folder):
    """Steps, which run in processes of their own."""

    kernel_name = "spindle"

    def setUp(self):
        self.write(FLOW)
        reset = [os.environ["SPINDLE_TESTED"], "workbench", "reset", "tiny.py"]
        subprocess.run(reset, cwd=self.folder.name, check=True, capture_output=True)
        self.debugger = Debugger(self, self.kc)
        self.ok("%flow tiny.py")
        self.ok("%run")
        self.debugger.start()

    def tearDown(self):
        self.debugger.ok("disconnect")
        self.ok("%revert")
        outputs = self.ok("%spin body --index 0")
        self.assertIn("item 1", self.text(outputs))

    def test_step_cell(self):
        d = self.debugger
        code = STEP + "\n"
        path = d.stop_at(code, 5)
        msg_id = self.send(code)
        thread, frame = d.stopped()
        self.assertEqual((frame["name"], frame["line"], frame["source"]["path"]), ("body", 5, path))
        self.assertIn("self", d.variables(frame))
        self.assertEqual(d.ok("evaluate", expression="self.input", frameId=frame["id"])["result"], "1")
        self.assertEqual([t["name"].split("/")[0] for t in d.ok("threads")["threads"] if t["id"] == thread], ["body"])
        d.ok("next", threadId=thread)
        thread, frame = d.stopped()
        self.assertEqual((frame["line"], d.variables(frame)["doubled"]["value"]), (6, "2"))
        self.assertEqual(d.ok("richInspectVariables", variableName="doubled", frameId=frame["id"])["data"]["text/plain"], "2")
        d.ok("copyToGlobals", dstVariableName="taken", srcVariableName="doubled", srcFrameId=frame["id"])
        completed = self.reply(self.kc.complete("%spin bo"))
        self.assertEqual(completed["matches"], ["body"])
        d.ok("continue", threadId=thread)
        reply, text = d.finish(msg_id)
        self.assertEqual(reply["status"], "ok", text)
        self.assertIn("body 2", text)
        self.assertEqual(self.value("taken"), "2")

    def test_goes_on_with_thread_1(self):
        d = self.debugger
        known = [t["id"] for t in d.ok("threads")["threads"]]
        self.assertFalse(d.ask("continue", {"threadId": known[0]})["success"], "nothing is stopped")
        d.stop_at(STEP, 5)
        msg_id = self.send(STEP)
        d.stopped()
        d.ok("next", threadId=known[0])
        d.stopped()
        d.ok("continue", threadId=known[0])
        self.assertEqual(d.finish(msg_id)[0]["status"], "ok")

    def test_every_item_stops(self):
        d = self.debugger
        code = "%%spin --all\n" + STEP
        d.stop_at(code, 6)
        msg_id = self.send(code)
        seen = set()
        for _ in range(3):
            thread, frame = d.stopped()
            seen.add(d.ok("evaluate", expression="self.input", frameId=frame["id"])["result"])
            d.ok("continue", threadId=thread)
            d.event("continued")  # what else is stopped is told of again after this
        reply, text = d.finish(msg_id)
        self.assertEqual((reply["status"], seen), ("ok", {"1", "2", "3"}), text)

    def test_flow_file(self):
        d = self.debugger
        line = FLOW.split("\n").index('        print("item", self.input)') + 1
        set_ = d.ok("setBreakpoints", source={"path": self.file}, breakpoints=[{"line": line}])
        self.assertTrue(set_["breakpoints"][0]["verified"])
        self.assertIn(self.file, [m["path"] for m in d.ok("modules")["modules"]])
        self.assertEqual(d.ok("source", source={"path": self.file})["content"], FLOW)
        msg_id = self.send("%spin body --index 2")
        thread, frame = d.stopped()
        self.assertEqual((frame["name"], frame["line"], frame["source"]["path"]), ("body", line, self.file))
        self.assertEqual(d.ok("evaluate", expression="self.y", frameId=frame["id"])["result"], "1.5")
        # What is set while it is stopped is set there too.
        d.ok("setBreakpoints", source={"path": self.file}, breakpoints=[{"line": line + 1}])
        d.ok("continue", threadId=thread)
        thread, frame = d.stopped()
        self.assertEqual(frame["line"], line + 1)
        d.ok("continue", threadId=thread)
        reply, text = d.finish(msg_id)
        self.assertEqual(reply["status"], "ok", text)
        self.assertIn("item 3", text)

    def test_interrupt_of_a_stopped_step(self):
        d = self.debugger
        d.stop_at(STEP, 5)
        msg_id = self.send(STEP)
        d.stopped()
        self.control("interrupt_request")
        self.assertEqual(d.finish(msg_id)[0]["ename"], "KeyboardInterrupt")
        self.assertEqual(d.ok("debugInfo")["stoppedThreads"], [])
        self.assertIn("continued", [e["event"] for e in d.events])

    def test_traceback_names_the_cell(self):
        self.debugger.stop_at(STEP, 5)
        code = STEP.replace("self.y = ", "wrong = 1 / 0; self.y = ")
        reply, outputs = self.run_cell(code)
        self.assertEqual(reply["ename"], "StepFailed")
        self.assertRegex(self.text(outputs, "stderr"), r"Cell In\[\d+\], line 6, in body")

    def test_disconnect_of_a_stopped_step(self):
        d = self.debugger
        d.stop_at(STEP, 5)
        msg_id = self.send(STEP)
        d.stopped()
        d.ok("disconnect")
        reply, text = d.finish(msg_id)
        self.assertEqual(reply["status"], "ok", text)
        self.assertIn("body 2", text)


class Ends(unittest.TestCase):
    """Kernels and frontends that go away, and frontends that talk nonsense."""

    run_cell, send, wait, reply, value = Kernel.run_cell, Kernel.send, Kernel.wait, Kernel.reply, Kernel.value

    def start(self, name="spindle", **env):
        self.km, self.kc = start_new_kernel(kernel_name=name, env={**os.environ, **env})
        self.addCleanup(self.km.shutdown_kernel, now=True)
        self.addCleanup(self.kc.stop_channels)
        return Debugger(self, self.kc)

    def test_nonsense(self):
        d = self.start()
        for content in ({}, {"command": 7}, {"command": None, "seq": 1}, {"seq": "x", "command": "initialize"}, {"command": "nonsense", "seq": 1}):
            self.assertFalse(d.answer(d.raw(content))["success"], content)
        commands = "attach setBreakpoints setExceptionBreakpoints setFunctionBreakpoints stackTrace scopes variables evaluate continue next stepIn \
            stepOut pause source dumpCell richInspectVariables copyToGlobals exceptionInfo setVariable completions".split()
        wrong = ({"threadId": "x"}, {"threadId": 2**60}, {"variablesReference": -4}, {"frameId": {}}, {"source": 3}, {"code": 3}, [], 5, "x",
                 {"source": {"path": "/nowhere"}, "breakpoints": [{"line": "7"}]}, {"source": {"path": "/nowhere"}, "breakpoints": [{"line": -7}]},
                 {"filters": 3}, {"exceptionOptions": [{"breakMode": "x"}]}, {"breakpoints": [3]}, {"justMyCode": "x"})  # fmt: skip
        for started in (False, True):
            if started:
                d.start()
            for command in commands:
                for arguments in wrong:
                    reply = d.answer(d.raw({"type": "request", "seq": 1, "command": command, "arguments": arguments}))
                    if command not in ("attach", "setExceptionBreakpoints", "setFunctionBreakpoints", "richInspectVariables"):
                        self.assertFalse(reply["success"], (command, arguments, reply))
        d.stop_at(PLAIN, 2)
        msg_id = self.send(PLAIN)
        thread, frame = d.stopped()
        for command in commands:
            for arguments in wrong:
                if command not in ("continue", "next", "stepIn", "stepOut"):
                    d.answer(d.raw({"type": "request", "seq": 1, "command": command, "arguments": arguments}))
        self.assertIn("NameError", str(d.ask("evaluate", {"expression": "nowhere", "frameId": frame["id"]})))
        d.ok("continue", threadId=thread)
        self.assertIn("y is 40\n", d.finish(msg_id)[1])

    def test_frontend_is_killed_while_stopped(self):
        self.start()
        program = """if True:
            import os, signal, sys, unittest
            from debugging import Debugger
            from jupyter_client.blocking import BlockingKernelClient
            kc = BlockingKernelClient(connection_file=sys.argv[1])
            kc.load_connection_file()
            kc.start_channels()
            kc.wait_for_ready()
            d = Debugger(unittest.TestCase(), kc)
            d.start()
            d.stop_at(sys.argv[2], 2)
            kc.execute(sys.argv[2])
            d.stopped()
            os.kill(os.getpid(), signal.SIGKILL)
            """
        killed = subprocess.run([sys.executable, "-c", program, self.km.connection_file, PLAIN])
        self.assertEqual(killed.returncode, -signal.SIGKILL)
        self.assertEqual(self.value("y"), "40")
        self.assertFalse(Debugger(self, self.kc).ok("debugInfo")["isStarted"])

    def test_restart_while_stopped(self):
        d = self.start()
        d.start()
        folder = d.ok("debugInfo")["tmpFilePrefix"]
        d.stop_at(PLAIN, 2)
        self.send(PLAIN)
        d.stopped()
        self.assertTrue(os.path.isdir(folder))
        self.km.restart_kernel()
        self.kc.wait_for_ready(timeout=LIMIT)
        self.assertFalse(os.path.exists(folder))
        self.assertEqual(self.value("1"), "1")

    def test_refused_without_debugpy(self):
        d = self.start("spindle-plain")
        reply = self.reply(self.kc.kernel_info())
        self.assertEqual((reply["debugger"], reply["supported_features"]), (False, []))
        reply = d.ask("initialize")
        self.assertFalse(reply["success"])
        self.assertIn("-m pip install debugpy", reply["message"])
        self.assertFalse(d.ok("debugInfo")["isStarted"])
        self.assertFalse(d.ask("attach")["success"])

    def test_without_ipython(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        os.symlink(os.path.dirname(importlib.util.find_spec("debugpy").origin), os.path.join(folder.name, "debugpy"))
        d = self.start("spindle-plain", PYTHONPATH=folder.name)
        self.assertTrue(self.reply(self.kc.kernel_info())["debugger"])
        d.start()
        d.stop_at(PLAIN, 2)
        msg_id = self.send(PLAIN)
        thread, frame = d.stopped()
        self.assertEqual(d.variables(frame)["n"]["value"], "20")
        rich = d.ok("richInspectVariables", variableName="n", frameId=frame["id"])
        self.assertEqual(rich["data"]["text/plain"], "20")
        d.ok("continue", threadId=thread)
        self.assertEqual(d.finish(msg_id)[1], "y is 40\n")
        self.assertEqual({v["name"] for v in d.ok("inspectVariables")["variables"]}, {"double", "x", "y"})
        reply, _ = self.run_cell("def f():\n    1 / 0\nf()")
        self.assertRegex("\n".join(reply["traceback"]), r'File "<cell \d+>", line 2')


if __name__ == "__main__":
    unittest.main()
