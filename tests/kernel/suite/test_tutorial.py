"""The tutorial in examples/notebook: executed from an empty folder it shows what is stored in it.

`python test_tutorial.py write` stores what it shows now.
"""

import os
import re
import sys
import tempfile
import unittest

import nbformat
from nbclient import NotebookClient

NOTEBOOK = os.path.join(os.path.dirname(__file__), *[".."] * 3, "examples", "notebook", "tutorial.ipynb")
CHANGING = (
    (r"\d{4}-\d\d-\d\d [\d:.]+ \[[^\]]+\] ", ""),
    (r"(?<![\d.])\d{16}\b", "RUN"),
    (r"\b\d+(\.\d+)?(ms|s)\b", "TIME"),
    (r"(/\w+/)\d+", r"\1N"),
    (r"\[(\w+)/\d+\]", r"[\1/N]"),
    (r" +", " "),
)


def executed(folder):
    notebook = nbformat.read(NOTEBOOK, 4)
    NotebookClient(notebook, kernel_name="spindle", timeout=120, resources={"metadata": {"path": folder}}).execute()
    return notebook


def normal(text):
    for pattern, to in CHANGING:
        text = re.sub(pattern, to, text)
    return text


def shown(cell):
    """What a cell shows, in an order that does not depend on which task was faster."""
    lines, pictures, states = [], 0, []
    for o in cell.outputs:
        if o.output_type == "stream":
            lines += normal(o.text).splitlines()
        elif "image/png" in o.data:
            pictures += 1
        else:
            lines += normal(o.data["text/plain"]).splitlines()
            states += re.findall(r'data-step="(\w+)" data-state="(\w+)"', o.data.get("image/svg+xml", ""))
    return {"lines": sorted(lines), "plots": pictures, "steps": states}


class Tutorial(unittest.TestCase):
    maxDiff = None

    def test_shows_what_is_stored(self):
        stored = nbformat.read(NOTEBOOK, 4)
        with tempfile.TemporaryDirectory() as folder:
            cells = executed(folder).cells
            self.assertIn("waves.py", os.listdir(folder))
        self.assertEqual(len(cells), len(stored.cells))
        for now, then in zip(cells, stored.cells):
            if now.cell_type == "code":
                with self.subTest(now.source):
                    self.assertEqual(shown(now), shown(then))


if __name__ == "__main__":
    if sys.argv[1:] == ["write"]:
        with tempfile.TemporaryDirectory() as scratch:
            made = executed(scratch)
        for cell in made.cells:
            cell.metadata.pop("execution", None)
        made.metadata.pop("widgets", None)
        nbformat.write(made, NOTEBOOK)
    else:
        unittest.main()
