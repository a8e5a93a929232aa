"""The SDK's bytecode is kept, the user's is not written where he wants none."""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

from engine import SRC

_KEEP = "import os, sys; sys.path.insert(0, sys.argv[1]); from spindle.worker import bytecode; bytecode.keep()"


class Bytecode(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.sdk = os.path.join(self.folder, "sdk")
        shutil.copytree(SRC, self.sdk, ignore=shutil.ignore_patterns("__pycache__"))

    def keep(self, **env: str) -> None:
        # Whoever runs the tests may keep all bytecode elsewhere.
        around = {name: value for name, value in os.environ.items() if name != "PYTHONPYCACHEPREFIX"}
        done = subprocess.run(
            [sys.executable, "-c", _KEEP, self.sdk], env={**around, **env}, capture_output=True, text=True
        )
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def compiled(self, folder: str) -> int:
        return len(glob.glob(os.path.join(folder, "**", "*.pyc"), recursive=True))

    def test_kept(self) -> None:
        self.keep(PYTHONDONTWRITEBYTECODE="1")
        sources = len(glob.glob(os.path.join(self.sdk, "*", "**", "*.py"), recursive=True))
        self.assertEqual(self.compiled(self.sdk), sources)
        before = {
            file: os.stat(file).st_mtime_ns for file in glob.glob(os.path.join(self.sdk, "**", "*.pyc"), recursive=True)
        }
        self.keep(PYTHONDONTWRITEBYTECODE="1")
        self.assertEqual(before, {file: os.stat(file).st_mtime_ns for file in before})

    def test_elsewhere(self) -> None:
        elsewhere = os.path.join(self.folder, "elsewhere")
        self.keep(PYTHONDONTWRITEBYTECODE="1", PYTHONPYCACHEPREFIX=elsewhere)
        self.assertEqual(self.compiled(self.sdk), 0)
        self.assertGreater(self.compiled(elsewhere), 50)

    def test_an_unfinished_one_is_finished(self) -> None:
        self.keep(PYTHONDONTWRITEBYTECODE="1")
        files = glob.glob(os.path.join(self.sdk, "**", "*.pyc"), recursive=True)
        unfinished = [file for file in files if "bytecode" in file or "flowspec" in file]
        self.assertGreater(len(unfinished), 1)
        for file in unfinished:
            os.remove(file)
        self.keep(PYTHONDONTWRITEBYTECODE="1")
        self.assertEqual(self.compiled(self.sdk), len(files))


if __name__ == "__main__":
    unittest.main()
