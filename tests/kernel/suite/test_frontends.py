"""Front ends as they are started: papermill and the console."""

import os
import subprocess
import sys
import tempfile
import unittest

import nbformat
import pexpect


class Frontends(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def test_papermill(self):
        """Parameters are put in, and outputs come out."""
        given, made = os.path.join(self.folder, "given.ipynb"), os.path.join(self.folder, "made.ipynb")
        parameters = nbformat.v4.new_code_cell("alpha = 1", metadata={"tags": ["parameters"]})
        used = nbformat.v4.new_code_cell("print(alpha * 6)")
        spec = {"kernelspec": {"name": "spindle", "display_name": "Spindle (Python)", "language": "python"}}
        nbformat.write(nbformat.v4.new_notebook(cells=[parameters, used], metadata=spec), given)
        command = [sys.executable, "-m", "papermill", "-k", "spindle", "-p", "alpha", "7", given, made]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(nbformat.read(made, 4).cells[-1].outputs[0].text, "42\n")

    def test_console(self):
        """Cells, tracebacks and input at a terminal."""
        command = ["-m", "jupyter_console", "--kernel", "spindle", "--simple-prompt"]
        console = pexpect.spawn(sys.executable, command, cwd=self.folder, timeout=60, encoding="utf-8", dimensions=(40, 120))
        self.addCleanup(console.close, force=True)
        console.expect(r"In \[1\]: ")
        console.sendline("6 * 7")
        console.expect(r"Out\[1\]: 42")
        console.expect(r"In \[2\]: ")
        console.sendline("input('name? ') * 2")
        console.expect(r"name\? ")
        console.sendline("ab")
        console.expect("abab")
        console.expect(r"In \[3\]: ")
        console.sendline("1 / 0")
        console.expect("ZeroDivisionError")
        console.expect(r"In \[4\]: ")
        console.sendline("exit")
        console.expect(pexpect.EOF)


if __name__ == "__main__":
    unittest.main()
