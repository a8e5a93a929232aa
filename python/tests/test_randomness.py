"""Random numbers in forked tasks: different where the flow did not seed, as seeded where it did."""

from __future__ import annotations

import os
import subprocess
import sys
import unittest
from typing import List

from engine import Engine

FLOW = """
%s
from metaflow import FlowSpec, step

class F(FlowSpec):
    @step
    def start(self):
        import random, uuid, tempfile, secrets
        self.draws = %s
        self.next(self.end)

    @step
    def end(self):
        pass
"""


def has_numpy(python: str) -> bool:
    return subprocess.run([python, "-c", "import numpy"], stderr=subprocess.DEVNULL, check=False).returncode == 0


def numpy_python() -> str:
    """An interpreter with numpy: this one, or the one of the environment with Metaflow."""
    peer = os.environ.get("SPINDLE_PEER", "")
    return next((python for python in (sys.executable, peer) if python and has_numpy(python)), "")


class Randomness(unittest.TestCase):
    def draws(self, imports: str, draw: str, python: str = sys.executable) -> List[List[float]]:
        """What two forked tasks and one in its own process draw."""
        with Engine(FLOW % (imports, draw), python=python, env={"OPENBLAS_NUM_THREADS": "1"}) as e:
            self.assertTrue(e.flow()["isolation"]["fork_safe"])
            found = []
            for spawn in (False, False, True):
                ended = e.step("start", [], ["end"], spawn=spawn)
                self.assertEqual(ended.message["type"], "done", ended.stderr)
                found.append(ended.value("draws"))
            return found

    def assert_all_differ(self, found: List[List[float]]) -> None:
        for at in range(len(found[0])):
            values = [draws[at] for draws in found]
            self.assertEqual(len(set(values)), 3, f"draw {at}: {values}")

    def assert_all_same(self, found: List[List[float]]) -> None:
        self.assertEqual(found[0], found[1])
        self.assertEqual(found[0], found[2])

    def test_unseeded(self) -> None:
        draw = "[random.random(), uuid.uuid4().hex, uuid.uuid1().hex, tempfile.mktemp(), secrets.token_hex(), random.SystemRandom().random()]"
        self.assert_all_differ(self.draws("import random, uuid, tempfile\nrandom.random()", draw))
        self.assert_all_differ(self.draws("", draw))
        self.assert_all_differ(self.draws("import random\nown = random.Random()", "[own.random(), random.random()]"))
        self.assert_all_differ(self.draws("import random\nrandom.seed(3)\nrandom.seed()", "[random.random()]"))

    def test_seeded(self) -> None:
        self.assert_all_same(self.draws("import random\nrandom.seed(3)", "[random.random(), random.gauss(0, 1)]"))
        self.assert_all_same(
            self.draws("from random import seed, random as r\nseed('x')\nr()", "[r(), random.random()]")
        )
        self.assert_all_same(
            self.draws("import random\nrandom.setstate(random.Random(5).getstate())", "[random.random()]")
        )
        self.assert_all_same(self.draws("import random\nown = random.Random(4)", "[own.random()]"))
        found = self.draws("import random\nown = random.Random(4)", "[own.random(), random.random()]")
        self.assertEqual(found[0][0], found[1][0])
        self.assertNotEqual(found[0][1], found[1][1])

    def test_the_module_is_left_as_it_was(self) -> None:
        check = (
            "[type(random.seed).__name__, random.Random.seed.__module__, random.seed.__func__ is random.Random.seed]"
        )
        found = self.draws("import random, sys", check)
        self.assertEqual(found[0], found[2])
        self.assertEqual(found[0], ["method", "random", True])

    def test_numpy(self) -> None:
        python = numpy_python()
        if not python:
            self.skipTest("no interpreter with numpy")
        some = "[float(numpy.random.rand())]"
        self.assert_all_differ(self.draws("import numpy", some, python))
        self.assert_all_differ(self.draws("", "[float(__import__('numpy').random.rand())]", python))
        self.assert_all_differ(self.draws("import numpy\nnumpy.random.seed(1)\nnumpy.random.seed()", some, python))
        self.assert_all_differ(
            self.draws("import numpy\nrng = numpy.random.default_rng()", "[float(rng.random())]", python)
        )
        self.assert_all_same(self.draws("import numpy\nnumpy.random.seed(1)\nnumpy.random.rand()", some, python))
        self.assert_all_same(self.draws("from numpy.random import seed\nimport numpy\nseed(seed=7)", some, python))
        state = "import numpy\nnumpy.random.set_state(numpy.random.RandomState(3).get_state())"
        self.assert_all_same(self.draws(state, some, python))
        self.assert_all_same(
            self.draws("import numpy\nrng = numpy.random.default_rng(3)", "[float(rng.random())]", python)
        )


if __name__ == "__main__":
    unittest.main()
