"""The two packages: the same objects under both names, cheap to import, and pickles that Metaflow itself can load."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
import unittest
from typing import Any, Dict, Optional

from engine import SRC


def python(code: str, executable: str = sys.executable, env: Optional[Dict[str, str]] = None, **more: Any) -> str:
    """What the code prints, run with the packages on the path."""
    done = subprocess.run(
        [executable, "-c", code],
        env={"PYTHONPATH": SRC, **(env or {})},
        capture_output=True,
        **more,
    )
    if done.returncode:
        raise AssertionError(done.stderr.decode())
    return done.stdout.decode()


class Names(unittest.TestCase):
    def test_same_objects(self) -> None:
        python(
            "import metaflow, spindle\n"
            "from metaflow import *\n"
            "import metaflow.cards, metaflow.exception, metaflow.parameters, metaflow.flowspec, metaflow.decorators\n"
            "from metaflow.plugins.catch_decorator import FailureHandledByCatch\n"
            "from metaflow.datastore.inputs import Inputs\n"
            "from metaflow.unbounded_foreach import UnboundedForeachInput\n"
            "from metaflow.cards import Markdown, Table, Image, Artifact, VegaChart, ProgressBar\n"
            "from metaflow.exception import MetaflowException, MetaflowNotFound\n"
            "from spindle.exception import MetaflowException as Other\n"
            "assert MetaflowException is Other and metaflow.exception is spindle.exception\n"
            "assert metaflow.FlowSpec is spindle.FlowSpec is FlowSpec and metaflow.current is spindle.current\n"
            "assert metaflow.__version__ == '2.19.38' and spindle.__version__ == '0.1.0'\n"
            "for name in spindle.__all__: assert getattr(metaflow, name) is getattr(spindle, name), name\n"
            "assert metaflow.cards is spindle.cards and set(spindle.__all__) <= set(dir(metaflow))\n"
            "import importlib, metaflow.plugins.cards.card_modules.components as c\n"
            "assert c.Markdown is Markdown and importlib.import_module('metaflow.client') is spindle.client\n"
            "Table.from_dataframe(None); Image.from_matplotlib(None); Markdown('x').update('y')\n"
        )

    def test_unknown_names(self) -> None:
        for code, problem in (
            ("import metaflow; metaflow.retryy", "did you mean 'retry'?"),
            (
                "from metaflow import Deployer",
                "Deployer is not supported by Spindle 0.1.0 yet: deployment from Python will come in a later version",
            ),
            ("from metaflow import pytorch_parallel", "frameworks on @parallel will come"),
            ("import metaflow.nothing", "Spindle's metaflow has no such module"),
            ("import metaflow; metaflow.__nothing__", "no attribute '__nothing__'"),
        ):
            with self.assertRaises(AssertionError) as caught:
                python(code)
            self.assertIn(problem, str(caught.exception))

    def test_import_is_cheap(self) -> None:
        loaded = python(
            "import sys; before = set(sys.modules); import spindle; print(*sorted(set(sys.modules) - before))"
        ).split()
        self.assertEqual(set(loaded) - {"__future__"}, {"spindle"})
        loaded = python(
            "import sys; before = set(sys.modules)\nfrom metaflow import FlowSpec, step, retry, current\nprint(*sorted(set(sys.modules) - before))"
        ).split()
        self.assertFalse(
            {"re", "json", "pickle", "typing", "inspect", "subprocess", "dataclasses", "traceback"} & set(loaded),
            loaded,
        )
        times = []
        for _ in range(5):
            code = "import time; t = time.perf_counter(); import spindle; print(time.perf_counter() - t)"
            times.append(float(python(code)))
        self.assertLess(min(times), 0.010)


EXCHANGE = """
import pickle, sys
from metaflow.exception import *
from metaflow.flowspec import ParallelUBF
from metaflow.includefile import IncludedFile
from metaflow.tuple_util import ForeachFrame
try:
    raise ValueError('bad')
except ValueError as e:
    wrapper = MetaflowExceptionWrapper(e)
frames = [ForeachFrame('s', 'v', None, 0)]
included = IncludedFile({'type': 'uploader-v2'})
values = [wrapper, included, ForeachFrame('s', 'v', 2, 1, 'x'), frames, ParallelUBF(3), MetaflowException('m')]
if sys.argv[1:] == ['write']:
    sys.stdout.buffer.write(pickle.dumps(values, 4))
else:
    for mine, theirs in zip(values, pickle.loads(sys.stdin.buffer.read())):
        assert type(mine) is type(theirs), (mine, theirs)
        if isinstance(mine, (tuple, list)):
            assert mine == theirs
        elif isinstance(mine, MetaflowExceptionWrapper):
            assert (theirs.exception, theirs.type) == ('bad', 'builtins.ValueError')
            assert 'ValueError: bad' in str(theirs)
        elif not isinstance(mine, MetaflowException):
            assert vars(mine) == vars(theirs), vars(theirs)
"""


@unittest.skipUnless(os.environ.get("SPINDLE_PEER"), "SPINDLE_PEER names no Python with Metaflow")
class Peer(unittest.TestCase):
    """Pickles exchanged with the real package."""

    def exchange(self, writer: Dict[str, Any], reader: Dict[str, Any]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "exchange.py")
            with open(path, "w") as file:
                file.write(EXCHANGE)
            data = subprocess.run(
                [writer["python"], path, "write"], env=writer["env"], stdout=subprocess.PIPE, check=True
            ).stdout
            subprocess.run([reader["python"], path, "read"], env=reader["env"], input=data, check=True)

    def test_both_ways(self) -> None:
        peer = {
            "python": os.environ["SPINDLE_PEER"],
            "env": {"METAFLOW_USER": "tester", "PATH": os.environ.get("PATH", "")},
        }
        ours = {"python": sys.executable, "env": {"PYTHONPATH": SRC}}
        self.exchange(peer, ours)
        self.exchange(ours, peer)

    def test_forms_in_the_pickle(self) -> None:
        sys.path.insert(0, SRC)
        import metaflow
        from spindle.exception import MetaflowExceptionWrapper

        self.assertTrue(metaflow.__version__)
        wrapper = MetaflowExceptionWrapper(ValueError("x"))
        function, arguments, state = wrapper.__reduce__()
        self.assertEqual(
            (function, arguments, sorted(state)),
            (MetaflowExceptionWrapper, (None,), ["exception", "stacktrace", "type"]),
        )
        self.assertIn(b"metaflow.exception", pickle.dumps(wrapper, 4))


if __name__ == "__main__":
    unittest.main()
