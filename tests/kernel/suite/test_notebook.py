"""nbclient runs a notebook, the way papermill and CI do."""

import unittest

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError


class Notebook(unittest.TestCase):
    def run_cells(self, *cells):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
        NotebookClient(notebook, kernel_name="spindle", timeout=60).execute()
        return notebook.cells

    def test_runs(self):
        cells = self.run_cells(
            "import pandas as pd\nframe = pd.DataFrame({'a': range(3)})\nframe",
            "print(frame.a.sum())",
            "%matplotlib inline\nframe.plot();",
            "import metaflow, spindle\nmetaflow.FlowSpec is spindle.FlowSpec",
        )
        self.assertIn("text/html", cells[0].outputs[0].data)
        self.assertEqual(cells[1].outputs[0].text, "3\n")
        self.assertIn("image/png", cells[2].outputs[0].data)
        self.assertEqual(cells[3].outputs[0].data["text/plain"], "True")
        self.assertEqual([c.execution_count for c in cells], [1, 2, 3, 4])

    def test_fails(self):
        with self.assertRaises(CellExecutionError):
            self.run_cells("1/0")


if __name__ == "__main__":
    unittest.main()
