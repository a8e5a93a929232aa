"""Steps and kernels that end badly: what is left, what is said, and that one can go on."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import uuid

from jupyter_client.manager import start_new_kernel
from kernels import LIMIT, Kernel, alive
from test_flows import BODY, FLOW, Folder

# Says which processes there are, then waits for a child that it must not outlive.
WAITING = '''@step
def body(self):
    import os, subprocess
    child = subprocess.Popen(["sleep", "600"])
    self.y = 1
    print("running", os.getpid(), os.getppid(), child.pid, flush=True)
    child.wait()
    self.next(self.join)
'''
JOIN = """@step
def join(self, inputs):
    self.total = sum(i.y for i in inputs)
    print("sum", self.total)
    self.next(self.end)
"""


def marked(mark):
    """The processes that were started with a variable of this value, but for those that have ended."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as f:
                if mark.encode() in f.read() and alive(pid):
                    found.append(int(pid))
        except OSError:
            continue  # has just ended
    return found


def soon(good):
    """Whether something becomes true."""
    deadline = time.monotonic() + LIMIT
    while not good() and time.monotonic() < deadline:
        time.sleep(0.05)
    return good()


@unittest.skipUnless(os.path.isdir("/proc/self/fd"), "processes are looked for in /proc")
class Killed(Kernel):
    """A kernel that is killed while it spins."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder, self.mark = folder.name, uuid.uuid4().hex
        with open(os.path.join(self.folder, "tiny.py"), "w") as f:
            f.write(FLOW)

    @classmethod
    def setUpClass(cls):
        pass

    tearDownClass = setUpClass

    def start(self):
        km, kc = start_new_kernel(kernel_name="spindle", cwd=self.folder, env={**os.environ, "MARK": self.mark})
        self.addCleanup(km.shutdown_kernel, now=True)
        self.addCleanup(kc.stop_channels)
        return km, kc

    def command(self, *args):
        done = subprocess.run([os.environ["SPINDLE_TESTED"], *args], cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def unfinished(self):
        """What a writer that was killed has left in the stores beside tasks without an end."""
        return [
            os.path.join(folder, name)
            for store in (".metaflow", ".metaflow_spin")
            for folder, _, names in os.walk(os.path.join(self.folder, store))
            for name in names
            if name.startswith(".tmp-") or ".spill" in folder
        ]

    def test_killed_in_a_spin(self):
        km, kc = self.start()
        for cell in ("%flow tiny.py", "%run", "%spin start"):
            self.assertEqual(self.run_cell(cell, kc)[0]["status"], "ok")
        runs, bench = self.command("runs", "Tiny", "--json"), self.command("workbench", "show", "tiny.py", "--json")
        msg_id = self.send(WAITING, kc)
        said = self.wait(msg_id, kc, until=lambda kind, c: kind == "stream" and "running" in c["text"])
        pids = [int(pid) for pid in said[-1][1]["text"].split()[1:]]
        os.kill(km.provisioner.pid, signal.SIGKILL)
        km.provisioner.process.wait()
        for pid in pids:
            self.assertTrue(soon(lambda pid=pid: not alive(pid)), pid)
        # What keeps the flow imported serves the next kernel too; nothing else of this one is left once that has gone.
        self.command("--python", sys.executable, "workbench", "stop", "tiny.py")
        self.assertTrue(soon(lambda: not marked(self.mark)), marked(self.mark))
        self.assertEqual(self.command("runs", "Tiny", "--json"), runs)
        self.assertEqual(self.command("workbench", "show", "tiny.py", "--json"), bench)

        _, kc = self.start()
        self.assertEqual(self.run_cell("%flow tiny.py", kc)[0]["status"], "ok")
        reply, outputs = self.run_cell("%%spin --index 1\n" + BODY, kc)
        self.assertEqual((reply["status"], self.text(outputs)), ("ok", "edited 2\n"))
        self.assertEqual(self.value("self.y", kc), "20")
        self.assertEqual(self.unfinished(), [])
        self.command("--python", sys.executable, "workbench", "stop", "tiny.py")


class Steps(Folder):
    """Steps that end otherwise than by returning."""

    def setUp(self):
        self.ok("%flow tiny.py")
        self.ok("kept = 5")
        if not os.path.isdir(os.path.join(self.folder.name, ".metaflow", "Tiny")):
            self.ok("%run")

    def ends(self, *lines):
        """Spins a step that does this; returns what the cell says, once the kernel was seen to live."""
        body = "".join(f"    {line}\n" for line in lines)
        reply, outputs = self.run_cell(f"@step\ndef body(self):\n{body}    self.y = 1\n    self.next(self.join)\n")
        self.assertEqual((reply["status"], reply["ename"]), ("error", "StepFailed"), outputs)
        self.assertEqual(self.value("kept"), "5")
        self.assertIn("edited 1\n", self.text(self.ok("%%spin --index 0\n" + BODY)))
        return reply["evalue"], self.text(outputs, "stderr")

    def test_no_memory(self):
        said, trace = self.ends(
            "import resource",
            "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))",
            "self.big = [bytes(64 << 20) for _ in range(64)]",
        )
        self.assertEqual(said, "step body: MemoryError")
        self.assertIn("line 5, in body", trace)

    def test_killed_for_memory(self):
        said, _ = self.ends("import os, signal", "os.kill(os.getpid(), signal.SIGKILL)")
        self.assertEqual(said, "step body was killed by SIGKILL (by the kernel if memory ran out) without reporting a result")

    def test_segmentation_fault(self):
        said, trace = self.ends("import ctypes", "ctypes.string_at(0)")
        self.assertEqual(said, "step body was killed by SIGSEGV (a segmentation fault) without reporting a result")
        self.assertRegex(trace, r"Cell In\[\d+\], line 4 in body")

    def test_exit(self):
        said, _ = self.ends("import os", "os._exit(3)")
        self.assertIn("exited with code 3", said)

    def test_stack_overflow(self):
        said, _ = self.ends("def deep(n): return deep(n + 1) + 1", "deep(0)")
        self.assertIn("RecursionError", said)


class Two(Folder):
    """Two frontends of one kernel."""

    def test_at_once(self):
        other = self.another()
        self.ok("%flow tiny.py")
        self.ok("%run")
        long = self.send(WAITING)
        after = self.send("print('after')")
        self.wait(long, until=lambda kind, c: kind == "stream" and "running" in c["text"])
        theirs = self.send("%%spin --index 2\n" + BODY, other)
        look = self.send("%graph", other)
        self.assertEqual(self.matches(other, "%spin jo"), ["join"])
        self.km.interrupt_kernel()
        self.assertEqual(self.reply(long)["ename"], "KeyboardInterrupt")
        # The first frontend's next cell fell with its step; those of the other are run, and each hears its own.
        self.assertEqual(self.reply(after)["status"], "aborted")
        spun = self.wait(theirs, other)
        self.assertEqual(self.reply(theirs, other)["status"], "ok")
        self.assertEqual(self.text(spun), "edited 3\n")
        drawn = [c["data"]["text/plain"] for kind, c in self.wait(look, other) if kind == "display_data"]
        self.assertIn("body [spun 3 tasks]", drawn[0])
        self.assertEqual(self.text(self.wait(theirs)), "edited 3\n", "who did not ask is shown it too")
        self.assertEqual(self.value("self.y"), "30")

    def test_edits_are_shared(self):
        other = self.another()
        self.ok("%flow tiny.py")
        self.ok("%run")
        self.ok("%%spin --all\n" + BODY)
        reply, outputs = self.run_cell(JOIN, other)
        self.assertEqual((reply["status"], self.text(outputs)), ("ok", "sum 60\n"))
        self.assertEqual(self.value("self.total"), "60")
        self.ok("%revert")
        self.assertIn("Nothing is edited", self.text(self.run_cell("%save", other)[1]))

    def matches(self, kc, code):
        return self.reply(kc.complete(code, len(code)), kc)["matches"]


if __name__ == "__main__":
    unittest.main()
