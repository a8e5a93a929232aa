"""A flow's file in two halves: executed in two goes it is what it is in one."""

from __future__ import annotations

import os
import sys
import tempfile
import textwrap
import unittest
from typing import Any, Dict, List, Optional

from engine import SRC

sys.path.insert(0, SRC)

from spindle.worker.halves import FirstHalf

CLASS = "class F(FlowSpec):\n    @step\n    def start(self):\n        pass\n"
HEAD = "from metaflow import FlowSpec, step\nx = 1\n"


def request(text: str, segments: Optional[List[List[Any]]] = None) -> Dict[str, Any]:
    segments = segments or [[1, text.count("\n") + 1, "/flow.py", 1]]
    return {"source": "/flow.py", "options": {"overlay": {"text": text, "segments": segments}}}


class Halves(unittest.TestCase):
    def halves(self, text: str, other: str = "") -> Dict[str, Any]:
        """The names that a text leaves when it is executed in halves, the second one that of another text."""
        half = FirstHalf(request(text))
        names: Dict[str, Any] = {"__name__": "__main__"}
        exec(half.code, names)
        code = half.rest(request(other or text))
        assert code is not None
        exec(code, names)
        return names

    def test_where_the_class_begins(self) -> None:
        for name, text, lines in (
            ("plain", HEAD + CLASS, 2),
            ("decorated", HEAD + "@project(\n  name='a')\n" + CLASS, 2),
            ("first with steps", HEAD + "class Pair:\n    pass\n\n" + CLASS + "class G(F):\n    pass\n", 5),
            ("qualified", HEAD + "class Pair:\n    pass\n" + CLASS.replace("@step", "@metaflow.step"), 4),
            ("inherited alone", HEAD + "class Pair:\n    pass\nclass G(Base):\n    pass\n", 4),
            ("at the top", CLASS, 0),
            ("odd separators", HEAD + "y = '\x0c \u2028'\r\n" + CLASS, 3),
        ):
            with self.subTest(name):
                self.assertEqual(FirstHalf(request(text)).lines, lines)
        with self.assertRaises(ValueError):
            FirstHalf(request(HEAD))

    def test_together_they_are_the_whole(self) -> None:
        text = textwrap.dedent('''\
            """Doc."""
            from __future__ import annotations
            count = 0
            def more():
                global count
                count += 1
            more()
            class F:
                field: Nothing = 3
                def where(self): raise ValueError
            more()
            flow = F()
            ''')
        names = self.halves(text)
        self.assertEqual(
            (names["count"], names["F"].__annotations__, names["__doc__"]), (2, {"field": "Nothing"}, "Doc.")
        )
        self.assertIs(names["flow"].where.__globals__, names)
        self.assertEqual(names["F"].where.__code__.co_firstlineno, 10)

    def test_another_second_half(self) -> None:
        names = self.halves(
            HEAD.replace("from", "#") + "class F: a = 1\n", HEAD.replace("from", "#") + "y = x\nclass F: a = y + 1\n"
        )
        self.assertEqual(names["F"].a, 2)

    def test_what_does_not_begin_the_same(self) -> None:
        text = "try:\n    x = 1\nexcept ValueError:\n    pass\nclass F: pass\n"
        half = FirstHalf(request(text))
        for name, other in (
            ("another text", request(text.replace("x = 1", "x = 2"))),
            ("from elsewhere", request(text, [[1, 9, "Cell In[3]", 1]])),
            ("goes on", request(text.replace("class", "else:\n    x = 3\nclass"))),
        ):
            with self.subTest(name):
                self.assertIsNone(half.rest(other))
        self.assertIsNotNone(half.rest(request(text, [[1, 4, "/flow.py", 1], [5, 9, "Cell In[3]", 1]])))

    def test_a_file_is_as_good_as_its_text(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "flow.py")
            with open(file, "wb") as f:
                f.write("# coding: latin-1\r\nx = 'ä'\r\nclass F: pass\r\n".encode("latin-1"))
            half = FirstHalf({"source": file})
            self.assertEqual(half.text, "# coding: latin-1\nx = 'ä'\n")
            overlay = {"text": half.text + "class F: a = 1\n", "segments": [[1, 2, file, 1], [3, 1, "Cell In[1]", 1]]}
            self.assertIsNotNone(half.rest({"source": file, "options": {"overlay": overlay}}))


if __name__ == "__main__":
    unittest.main()
