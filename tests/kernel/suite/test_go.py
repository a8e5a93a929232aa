"""Cells of Go: a flow in Go is attached, its steps are edited and spun, and plain cells are evaluated in its package."""

import os
import re
import signal
import subprocess
import tempfile
import time

from jupyter_client.manager import start_new_kernel
from kernels import LIMIT, Kernel, alive, kill

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))

MODULE = f"""module example.com/notebook

go 1.26.0

require github.com/spindle-flow/spindle v0.0.0

replace github.com/spindle-flow/spindle => {ROOT}
"""

BODY = """func (t *Tiny) Body(ctx flow.Context, p Point) (flow.Next, error) {
	t.Y = math.Sqrt(p.X)
	fmt.Println("edited", p.X)
	return flow.Join(t.Meet), nil
}
"""


class Go(Kernel):
    """A kernel in a module with a flow in Go."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        os.mkdir(os.path.join(cls.folder.name, "tiny"))
        cls.file = os.path.join(cls.folder.name, "tiny", "main.go")
        with open(os.path.join(ROOT, "kernel", "flows", "testdata", "goflow", "main.go")) as f:
            cls.source = f.read()
        cls.write(cls.source)
        with open(os.path.join(cls.folder.name, "go.mod"), "w") as f:
            f.write(MODULE)
        cls.km, cls.kc = start_new_kernel(kernel_name=cls.kernel_name, cwd=cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.folder.cleanup()

    @classmethod
    def write(cls, text):
        with open(cls.file, "w") as f:
            f.write(text)

    def ok(self, code):
        reply, outputs = self.run_cell(code)
        self.assertEqual(reply["status"], "ok", (reply, outputs))
        return outputs

    def failing(self, code, name):
        reply, outputs = self.run_cell(code)
        self.assertEqual((reply["status"], reply.get("ename")), ("error", name), (reply, outputs))
        return reply, outputs

    def shown(self, outputs, mime="text/plain"):
        return [c["data"][mime] for kind, c in outputs if kind == "display_data" and mime in c["data"]]


class Cells(Go):
    """One kernel for all. A run is there before the first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        first = cls()
        first.ok("%flow ./tiny")
        first.ok("%run --alpha 2")

    def runTest(self):
        """For setUpClass."""

    def setUp(self):
        self.write(self.source)
        # What other tests have spun is none of this one's.
        reset = [os.environ["SPINDLE_TESTED"], "workbench", "reset", "./tiny"]
        subprocess.run(reset, cwd=self.folder.name, check=True, capture_output=True)
        self.ok("%flow ./tiny")

    def test_attaching_says_what_there_is(self):
        self.assertIn("Tiny of tiny/main.go: start, body, meet, end\n", self.text_of("%flow tiny/main.go"))
        self.assertIn("Tiny of", self.text_of("%flow ./tiny:Tiny"))
        reply, _ = self.failing("%flow ./none", "FlowError")
        self.assertIn("no flow to attach", reply["evalue"])

    def text_of(self, code):
        return self.text(self.ok(code))

    def test_a_cell_replaces_a_step_and_spins_it(self):
        outputs = self.ok("%%spin --index 2\n" + BODY)
        self.assertIn("edited 5\n", self.text(outputs))
        self.assertRegex(self.shown(outputs)[-1], r"changed +y +float .*10\.0 → 2\.236")
        self.assertIn("body [spun", self.shown(self.ok("%graph"))[-1])

    def test_faults_have_the_lines_of_the_cell(self):
        _, outputs = self.failing("// a cell\n" + BODY.replace("t.Y =", "t.Z ="), "FlowError")
        self.assertRegex(self.text(outputs, "stderr"), r"Cell In\[\d+\], line 3: error .*t\.Z undefined")
        reply, _ = self.failing(BODY + "\nx := 1\n", "FlowError")
        self.assertRegex(reply["evalue"], r"Cell In\[\d+\], line 7: a cell that defines a step holds declarations alone")
        reply, _ = self.failing("func (t *Tiny) Body(ctx flow.Context {", "FlowError")
        self.assertIn("syntax error", reply["evalue"])

    def test_a_panic_has_the_line_of_the_cell(self):
        reply, outputs = self.failing(BODY.replace('fmt.Println("edited", p.X)', 'panic("no")'), "StepFailed")
        self.assertRegex(self.text(outputs, "stderr"), r"Cell In\[\d+\], line 3\b")

    def test_save_writes_what_gofmt_would(self):
        self.ok('import "math"\n\n// Body has a root.\n' + BODY.replace("t.Y = ", "t.Y=   "))
        self.assertIn("Wrote 1 edited step into tiny/main.go.", self.text_of("%save"))
        want = self.source.replace('\t"fmt"\n', '\t"fmt"\n\t"math"\n').replace("// Body has one item.", "// Body has a root.")
        want = want.replace("scaled(p, t.Alpha)", "math.Sqrt(p.X)").replace('Println("item", p.X)', 'Println("edited", p.X)')
        with open(self.file) as f:
            self.assertEqual(f.read(), want)

    def test_plain_cells_are_evaluated_in_the_package(self):
        self.ok("%spin meet")
        self.assertEqual(self.value("self.Total"), "18")
        self.assertEqual(self.value("self.Words"), 'map["a":2 "b":1]')
        self.ok("func norm(p Point) float64 { return math.Hypot(p.X, p.Y) }\n\nvar first = Point{3, 4}")
        self.assertEqual(self.value("norm(first) + scaled(first, 2)"), "11")
        self.assertEqual(self.text_of('for i := range 2 {\n\tfmt.Println("line", i)\n}'), "line 0\nline 1\n")
        self.assertEqual(self.value('strconv.Atoi("7")'), "7")
        _, outputs = self.run_cell("func nothing() {}\nnothing()")
        self.assertEqual(outputs, [])
        _, outputs = self.run_cell("[]Point{first, {1, 2}}")
        self.assertIn("<th>X</th><th>Y</th>", outputs[0][1]["data"]["text/html"])
        reply, _ = self.failing("x := 1\n\ny := 2", "CompileError")
        self.assertRegex(reply["evalue"], r"Cell In\[\d+\], line 1: declared and not used: x\nCell In\[\d+\], line 3: declared and not used: y")
        reply, _ = self.failing("list := []int{}\nlist[3] = 1", "panic")
        self.assertIn("index out of range", reply["evalue"])
        self.assertRegex("\n".join(reply["traceback"]), r"Cell In\[\d+\], line 2$")
        reply, _ = self.failing("os.Exit(3)", "FlowError")
        self.assertEqual(reply["evalue"], "the cell's process exited with code 3")

    def test_fields_that_cells_set_stay_until_another_task_is_the_newest(self):
        self.ok("%spin meet")
        self.ok("self.Total = 5\nself.Items = append(self.Items, Point{1, 1})")
        self.assertEqual(self.value("self.Total + float64(len(self.Items))"), "6")
        self.assertEqual(self.value("%%py\nself.total"), "18.0", "Python's cells see the store")
        self.ok("%spin meet")
        self.assertEqual(self.value("self.Total"), "18")

    def test_a_helper_is_replaced_in_memory(self):
        outputs = self.ok("func scaled(p Point, by float64) float64 { return 100 }")
        self.assertIn("Replaced scaled of tiny in memory; %save writes it.", self.text(outputs))
        self.assertIn("→ 100.0", self.shown(self.ok("%spin body --index 0"))[-1])
        self.assertIn("Forgot the edits of scaled.", self.text_of("%revert scaled"))

    def test_completion_and_inspection(self):
        def ask(send, *args):
            return self.reply(send(*args))

        self.assertEqual(ask(self.kc.complete, "self.T", 6)["matches"], ["Total"])
        self.assertIn("Hypot", ask(self.kc.complete, "math.Hy", 7)["matches"])
        self.assertEqual(ask(self.kc.complete, "%flow ti", 8)["matches"], ["tiny/"])
        self.ok("%spin meet")
        text = ask(self.kc.inspect, "self.Total", 8)["data"]["text/plain"]
        self.assertIn("field Total float64", text)
        self.assertIn("Value: 18.0", text)
        self.assertEqual(ask(self.kc.is_complete, "for {")["status"], "incomplete")

    def interrupted(self, code, until):
        """Runs a cell, interrupts it when it has printed, and returns the reply and what it has printed."""
        msg_id = self.send(code)
        before = self.wait(msg_id, until=lambda kind, c: kind == "stream" and until in c["text"])
        self.control("interrupt_request")
        outputs = before + self.wait(msg_id)
        return self.reply(msg_id), self.text(outputs)

    def test_interrupts(self):
        reply, said = self.interrupted('fmt.Println("pid", os.Getpid())\n<-ctx.Done()\nfmt.Println("heard")', "pid")
        self.assertEqual((reply["ename"], reply["evalue"]), ("KeyboardInterrupt", "the cell was stopped, with all it had started"))
        self.assertIn("heard", said)
        deaf = 'child := exec.Command("sleep", "1000")\nchild.Start()\nfmt.Println("pids", os.Getpid(), child.Process.Pid)\nfor {\n}'
        reply, said = self.interrupted(deaf, "pids")
        self.assertEqual(reply["ename"], "KeyboardInterrupt")
        for pid in re.findall(r"\d+", said):
            self.assertFalse(alive(int(pid)))
        step = BODY.replace('fmt.Println("edited", p.X)', 'fmt.Println("pid", os.Getpid())\n\ttime.Sleep(time.Hour)')
        reply, said = self.interrupted(step, "pid")
        self.assertEqual((reply["ename"], reply["evalue"]), ("KeyboardInterrupt", "the step was stopped, with all it had started"))
        self.assertFalse(alive(int(re.search(r"pid (\d+)", said).group(1))))

    def test_other_magics_stay_those_of_python(self):
        self.assertEqual(self.text_of("!echo shell"), "shell\n")
        self.assertEqual(self.value("%%py\n1 + 1"), "2")


class End(Go):
    """A kernel that is killed."""

    def test_nothing_outlives_the_kernel(self):
        self.ok("%flow ./tiny")
        msg_id = self.send('fmt.Println("pid", os.Getpid())\nselect {\ncase <-time.After(time.Hour):\n}')
        said = self.text(self.wait(msg_id, until=lambda kind, c: kind == "stream" and "pid" in c["text"]))
        pid = int(re.search(r"pid (\d+)", said).group(1))
        kill(self.km.provisioner.pid, signal.SIGKILL)
        end = time.monotonic() + LIMIT
        while alive(pid):
            self.assertLess(time.monotonic(), end, "the cell outlived the kernel")
            time.sleep(0.05)
