"""Cells about flows: attaching, spinning steps that cells define, running, looking, saving."""

import os
import re
import subprocess
import tempfile
import time
import unittest

from jupyter_client.manager import start_new_kernel
from kernels import LIMIT, Kernel, alive

FLOW = '''from metaflow import FlowSpec, Parameter, step   # odd   spaces


class Tiny(FlowSpec):
    """Adds up."""

    alpha = Parameter("alpha", default=0.5, help="how much")

    @step
    def start(self):
        self.items = [1, 2, 3]
        self.next(self.body, foreach="items")

    # about the body
    @step
    def body(self):
        """One item."""
        self.y = self.input * self.alpha
        print("item", self.input)
        self.next(self.join)

    @step
    def join(self, inputs):
        self.total = sum(i.y for i in inputs)
        self.next(self.end)

    @step
    def end(self):
        print("total", self.total)


if __name__ == "__main__":
    Tiny()
'''

CONFIGURED = """\
from metaflow import Config, FlowSpec, step


class Configured(FlowSpec):
    model = Config("model", default_value={"word": "default"})

    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        print("says", self.model.word)


if __name__ == "__main__":
    Configured()
"""

BODY = """@step
def body(self):
    self.y = self.input * 10
    print("edited", self.input)
    self.next(self.join)
"""


class Folder(Kernel):
    """A kernel in a folder with a flow."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.file = os.path.join(cls.folder.name, "tiny.py")
        cls.write(FLOW)
        cls.km, cls.kc = start_new_kernel(kernel_name=cls.kernel_name, cwd=cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.folder.cleanup()

    @classmethod
    def write(cls, text, name="tiny.py"):
        with open(os.path.join(cls.folder.name, name), "w") as f:
            f.write(text)

    def ok(self, code):
        reply, outputs = self.run_cell(code)
        self.assertEqual(reply["status"], "ok", (reply, outputs))
        return outputs


class Flows(Folder):
    """One kernel for all."""

    def setUp(self):
        self.write(FLOW)
        # What other tests have spun is none of this one's.
        reset = [os.environ["SPINDLE_TESTED"], "workbench", "reset", "tiny.py"]
        subprocess.run(reset, cwd=self.folder.name, check=True, capture_output=True)
        self.ok("%flow tiny.py")

    def failing(self, code):
        reply, outputs = self.run_cell(code)
        self.assertEqual(reply["status"], "error", outputs)
        self.assertIn("error", [kind for kind, _ in outputs])
        return reply, outputs

    def ran(self):
        """Runs the flow unless a test has done so."""
        if not os.path.isdir(os.path.join(self.folder.name, ".metaflow", "Tiny")):
            self.ok("%run")

    def shown(self, outputs, mime="text/plain"):
        return [c["data"][mime] for kind, c in outputs if kind == "display_data" and mime in c["data"]]

    def ask(self, send, *args):
        msg_id = send(*args)
        return self.reply(msg_id)

    def matches(self, code, at=None):
        reply = self.ask(self.kc.complete, code, len(code) if at is None else at)
        return reply["matches"]

    def inspected(self, code, at=None):
        reply = self.ask(self.kc.inspect, code, len(code) if at is None else at)
        return reply["data"].get("text/plain", "")

    def test_run_draws_and_updates(self):
        outputs = self.ok("%run --alpha 2")
        pictures = [(kind, c) for kind, c in outputs if kind.endswith("display_data")]
        self.assertEqual(pictures[0][0], "display_data")
        self.assertTrue(pictures[0][1]["data"]["image/svg+xml"].startswith("<svg"))
        self.assertEqual({kind for kind, _ in pictures[1:]}, {"update_display_data"})
        self.assertEqual(len({c["transient"]["display_id"] for _, c in pictures}), 1)
        last = pictures[-1][1]["data"]
        self.assertIn("done, 6 tasks", last["text/plain"])
        self.assertEqual(last["image/svg+xml"].count('data-state="done"'), 4)
        self.assertIn("total 12.0\n", self.text(outputs))
        self.assertEqual(self.value("self.total, self.alpha"), "(12.0, 2.0)")
        self.assertRegex(self.value("self"), r"<newest task: Tiny/\d+/end/\d+>")
        self.assertIn("done", self.text(self.ok("%runs")))

    def test_step_cell_spins_and_chains(self):
        self.ok("%run --alpha 0.5")
        outputs = self.ok("%%spin --all\n" + BODY)
        self.assertIn("edited 3\n", self.text(outputs))
        self.assertEqual(len(self.shown(outputs, "text/html")), 3)
        self.assertRegex(self.shown(outputs)[0], r"changed  y +float → int .* 0\.5 → 10 \(\+9\.5\)")
        self.ok("%spin join")
        self.assertEqual(self.value("self.total"), "60")
        self.assertRegex(self.shown(self.ok("%diff join"))[0], r"changed  total +float → int .* 3\.0 → 60")
        self.assertIn("edited 2\n", self.text(self.ok("%logs body")))
        self.assertIn("total     int", self.shown(self.ok("%artifacts"))[0])
        self.assertIn("body [spun 3 tasks]", self.shown(self.ok("%graph"))[0])
        with open(self.file) as f:
            self.assertEqual(f.read(), FLOW)

    def test_spin_takes_options(self):
        self.ran()
        outputs = self.ok("%spin body --index 2 --set alpha=7")
        self.assertIn("item 3\n", self.text(outputs))
        self.assertEqual(self.value("self.y"), "21.0")

    def test_failure_points_into_the_cell(self):
        self.ran()
        code = "@step\ndef body(self):\n    self.y = 1\n    text = 1 / 0\n    self.next(self.join)\n"
        reply, outputs = self.failing("# a word before\n" + code)
        self.assertEqual((reply["ename"], reply["evalue"]), ("StepFailed", "step body: ZeroDivisionError: division by zero"))
        count = reply["execution_count"]
        self.assertIn(f"Cell In[{count}], line 5, in body\n    text = 1 / 0\n", self.text(outputs, "stderr"))

    def test_steps_behind_an_edit_keep_their_lines(self):
        self.ran()
        self.write(FLOW.replace('print("total", self.total)', "self.nothing"))
        self.ok("%flow tiny.py")
        self.ok(BODY.replace("self.y =", "\n\n\n    self.y ="))
        _, outputs = self.failing("%spin end")
        self.assertRegex(self.text(outputs, "stderr"), r'tiny\.py", line 29, in end\n +self\.nothing')

    def test_lint_comes_first(self):
        reply, outputs = self.failing("@step\ndef body(self):\n    self.y = 1\n    self.next(self.joinn)\n")
        count = reply["execution_count"]
        self.assertIn(f'Cell In[{count}], line 4: error SP118', self.text(outputs, "stderr"))
        self.assertEqual(self.text(outputs), "")
        reply, _ = self.failing("@step\ndef body(self):\n    self.y = = 1\n")
        self.assertIn("line 3: SyntaxError", reply["evalue"])

    def test_values_and_plots_of_the_body(self):
        self.ran()
        outputs = self.ok('''%%spin --index 0
@step
def body(self):
    import matplotlib.pyplot as plt
    import pandas
    from IPython.display import HTML, display as ipython
    print("one")
    display(pandas.DataFrame({"a": [1, 2]}))
    print("two")
    ipython(HTML("<b>three</b>"))
    plt.plot([1, 2, 3])
    plt.show()
    print("four")
    plt.plot([3, 2, 1])
    self.y = 1
    self.next(self.join)
''')
        order = []
        for kind, c in outputs:
            if kind == "stream" and c["name"] == "stdout":
                order += c["text"].split()
            elif kind == "display_data":
                order.append(sorted(c["data"])[0])
        self.assertEqual(
            order, ["one", "text/html", "two", "text/html", "image/png", "four", "image/png", "text/html"]
        )

    def test_interrupt_stops_the_step_with_its_children(self):
        self.ran()
        msg_id = self.send('''@step
def body(self):
    import subprocess
    child = subprocess.Popen(["sleep", "600"])
    print("child", child.pid, flush=True)
    child.wait()
    self.y = 1
    self.next(self.join)
''')
        before = self.wait(msg_id, until=lambda kind, c: kind == "stream" and "child" in c["text"])
        child = int(before[-1][1]["text"].split()[1])
        self.assertEqual(self.matches("%spin bo"), ["body"])
        self.assertIn("After: start", self.inspected("%spin body"))
        self.km.interrupt_kernel()
        self.wait(msg_id)
        self.assertEqual(self.reply(msg_id)["ename"], "KeyboardInterrupt")
        deadline = time.monotonic() + LIMIT
        while alive(child) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertFalse(alive(child))
        self.assertEqual(self.value("1 + 1"), "2")

    def test_segmentation_fault_ends_the_step_alone(self):
        self.ran()
        self.ok("kept = 5")
        reply, _ = self.failing(
            "@step\ndef body(self):\n    import os\n    os.kill(os.getpid(), 11)\n    self.y = 1\n    self.next(self.join)\n"
        )
        self.assertIn("segmentation fault", reply["evalue"])
        self.assertEqual(self.value("kept"), "5")

    def test_promote(self):
        self.ok("%run --alpha 0.5")
        reply, _ = self.failing("%promote")
        self.assertIn("nothing was spun", reply["evalue"])
        self.ok("%%spin --all\n" + BODY)
        outputs = self.ok("%promote --tag tuned")
        self.assertIn("[end/6] total 60\n", self.text(outputs))
        self.assertNotIn("edited", self.text(outputs))
        last = [c["data"] for kind, c in outputs if kind.endswith("display_data")][-1]
        self.assertRegex(last["text/plain"], r"Tiny, run \d+: done, .*\nstart \[done kept\]\nbody \[done 3/3\]\njoin \[done \d+ms\]")
        self.assertEqual(self.value("self.total"), "60")
        self.assertIn("body [edited 3 tasks]", self.shown(self.ok("%graph"))[0])
        self.assertIn("tuned", self.text(self.ok("%runs --json")))
        reply, _ = self.failing("%promote")
        self.assertIn("nothing was spun", reply["evalue"])

    def test_promote_says_what_is_run_again(self):
        self.ok("%run")
        self.ok("%spin join")
        self.ok("%spin body --all")
        self.assertIn("Note: join was spun before something it depends on", self.text(self.ok("%promote")))

    def test_configs(self):
        self.write('{"word": "attached"}', "cfg.json")
        self.assertEqual(self.matches("%config cf"), ["cfg.json"])
        reply, _ = self.failing("%config cfg.json")
        self.assertIn("the flow has no configs", reply["evalue"])
        self.write(CONFIGURED, "configured.py")
        self.ok("%flow configured.py")
        self.assertIn("The config model is cfg.json.", self.text(self.ok("%config cfg.json")))
        self.assertIn("says attached", self.text(self.ok("%run")))
        self.assertIn("says attached", self.text(self.ok("%spin end")))
        self.write('{"word": "other"}', "other.json")
        self.ok("%config model=other.json")
        self.assertIn("says other", self.text(self.ok("%spin end")))
        reply, _ = self.failing("%config modle=other.json")
        self.assertIn('has no config "modle"', reply["evalue"])

    def test_save_and_revert(self):
        self.ran()
        self.ok(BODY)
        self.assertIn("Forgot the edits of body", self.text(self.ok("%revert body")))
        self.assertIn("Nothing is edited", self.text(self.ok("%save")))
        self.ok(BODY)
        self.assertIn("Wrote 1 edited step", self.text(self.ok("%save")))
        old = re.search(r"    @step\n    def body.*?self\.next\(self\.join\)\n", FLOW, re.S).group()
        new = "".join("    " + line for line in BODY.splitlines(keepends=True))
        with open(self.file) as f:
            self.assertEqual(f.read(), FLOW.replace(old, new))

    def test_save_refuses_what_another_has_changed(self):
        self.ran()
        self.ok(BODY)
        self.write(FLOW + "# mine\n")
        reply, _ = self.failing("%save")
        self.assertIn("has changed on disk", reply["evalue"])
        with open(self.file) as f:
            self.assertEqual(f.read(), FLOW + "# mine\n")

    def test_whole_flow_in_a_cell(self):
        code = FLOW.replace("Tiny", "Celled").partition("if __name__")[0]
        self.ok("%%flow celled.py\n" + code)
        outputs = self.ok("%spin end --bootstrap")
        self.assertIn("total 3.0\n", self.text(outputs))
        self.ok("%save")
        with open(os.path.join(self.folder.name, "celled.py")) as f:
            self.assertEqual(f.read(), code)

    def test_classes_of_the_flow_are_found(self):
        text = FLOW.replace("class Tiny", "class Pair:\n    def __init__(self, a):\n        self.a = a\n\n\nclass Tiny")
        self.write(text.replace("self.items =", "self.pair = Pair(4)\n        self.items ="))
        self.ok("%flow tiny.py")
        self.ok("%spin start --bootstrap")
        self.assertEqual(self.value("self.pair.a"), "4")

    def test_completion(self):
        self.ran()
        self.assertEqual(self.matches("%flow ti"), ["tiny.py"])
        self.assertEqual(self.matches("%art"), ["%artifacts"])
        self.assertIn("--index", self.matches("%spin body --in"))
        self.assertEqual(self.matches("%run --al"), ["--alpha"])
        code = "@step\ndef body(self):\n    self.next(self.jo"
        self.assertEqual(self.matches(code), ["join"])
        self.assertIn("alpha", self.matches("@step\ndef body(self):\n    self.al"))
        self.assertIn("--tag", self.matches("%promote --t"))
        self.assertEqual(self.matches("%pro"), ["%promote"])
        self.ok("%spin end")
        self.assertEqual(self.matches("self.tot"), ["total"])
        self.ok(BODY)
        self.assertEqual(self.matches("%revert "), ["body"])

    def test_inspection(self):
        self.ran()
        self.ok("%spin end")
        self.assertRegex(self.inspected("self.total"), r"self\.total: float, 21 B\nValue: [\d.]+\nFrom: ")
        self.assertIn("how much", self.inspected("self.alpha"))
        self.assertIn("One item.", self.inspected("%spin body"))
        self.assertIn("write the edited steps", self.inspected("%save"))

    def test_spins_after_a_run_stand_on_it(self):
        self.ok("%run --alpha 3")
        self.ok("%spin body")
        self.ok("%run --alpha 4")
        self.assertIn("body [done 3 tasks]", self.shown(self.ok("%graph"))[0])
        self.assertIn("was reset", self.text(self.ok("%spin body --index 1")))
        self.assertEqual(self.value("self.y"), "8.0")
        self.assertIn("body [spun 3 tasks]", self.shown(self.ok("%graph"))[0])

    def test_without_a_flow(self):
        km, kc = start_new_kernel(kernel_name=self.kernel_name, cwd=self.folder.name)
        try:
            reply, _ = self.run_cell("%spin body", kc)
            self.assertIn("no flow is attached", reply["evalue"])
            reply, _ = self.run_cell("self.x", kc)
            self.assertIn("no flow is attached", reply["evalue"])
        finally:
            kc.stop_channels()
            km.shutdown_kernel()


class Plain(Folder):
    """Where the environment has no IPython."""

    kernel_name = "spindle-plain"

    def test_flow(self):
        for cell in ("%flow tiny.py", "%run", "%spin end"):
            self.ok(cell)
        self.assertEqual(self.value("self.total"), "3.0")
        outputs = self.ok(BODY.replace("print(", "display({'a': 1}, "))
        self.assertEqual([c["data"]["text/plain"] for kind, c in outputs if kind == "display_data"][:2], ["{'a': 1}", "'edited'"])


if __name__ == "__main__":
    unittest.main()
