"""Many cells in one kernel: neither memory nor descriptors grow."""

import json
import os
import subprocess
import sys
import unittest

from kernels import Kernel
from test_flows import Folder

COUNT = int(os.environ.get("SPINDLE_CELLS", "1500"))
SPINS = COUNT // 15
STEP = "%%spin --index 0\n@step\ndef body(self):\n    self.y = {}\n    self.next(self.join)\n"
CELLS = ("1", "print('x')", "x = 2", "display(3)")
# IPython's history opens its database once for reading and once in the thread that saves, whenever that first has something to save; and the
# journal beside it for each transaction.
HISTORY, HISTORY_MOST = "history.sqlite", 3


def descriptors(pid):
    """What is open: apart from the history, and of that."""
    found, history = [], []
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            name = os.readlink(f"/proc/{pid}/fd/{fd}")
        except OSError:
            continue  # has just been closed
        (history if HISTORY in name else found).append(name)
    return found, history


def memory(pid):
    with open(f"/proc/{pid}/status") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmRSS"))


@unittest.skipUnless(os.path.isdir("/proc/self/fd"), "memory and descriptors are read from /proc")
class Long(Kernel):
    def setUp(self):
        self.pids = {"kernel": self.km.provisioner.pid, "python": int(self.value("import os; os.getpid()"))}

    def fewest(self, pid):
        """What is open between cells. Of a few looks the one with least counts: what is leaked is seen in each."""
        looks = []
        for cell in CELLS:
            self.run_cell(cell)
            looks.append(descriptors(pid))
        return min(looks, key=lambda look: len(look[0]))

    def test_flat(self):
        before = {}
        for i in range(COUNT):
            self.run_cell(CELLS[i % len(CELLS)], store_history=i % 2 == 0)
            if i == COUNT // 3:
                before = {who: (memory(pid), self.fewest(pid)[0]) for who, pid in self.pids.items()}
        for who, pid in self.pids.items():
            (m0, d0), (m1, (d1, history)) = before[who], (memory(pid), self.fewest(pid))
            print(f"{who}: {m0} -> {m1} kB, {len(d0)} -> {len(d1)} descriptors over {COUNT} cells")
            self.assertLessEqual(len(d1), len(d0), (who, sorted(d0), sorted(d1)))
            self.assertLessEqual(len(history), HISTORY_MOST, history)
            # IPython keeps the text of each cell.
            self.assertLess(m1 - m0, 8000 + 2 * COUNT, who)

    def test_a_leak_would_be_seen(self):
        pid = self.pids["python"]
        before, _ = self.fewest(pid)
        for _ in range(20):
            self.run_cell("import os; leaked = [*globals().get('leaked', []), os.open(os.devnull, os.O_RDONLY)]")
        after, _ = self.fewest(pid)
        self.run_cell("for fd in leaked: os.close(fd)")
        self.assertEqual(len(after) - len(before), 20)


@unittest.skipUnless(os.path.isdir("/proc/self/fd"), "memory and descriptors are read from /proc")
class Steps(Folder):
    """Cells that spin: each has a worker, stores and a table of its own."""

    def keeper(self):
        command = [os.environ["SPINDLE_TESTED"], "--python", sys.executable, "doctor", "--json"]
        return json.loads(subprocess.run(command, cwd=self.folder.name, capture_output=True, check=True).stdout)["warm"]["pid"]

    def test_flat(self):
        self.ok("%flow tiny.py")
        self.ok("%run")
        before = {}
        for i in range(SPINS):
            self.ok(STEP.format(i))
            if i == SPINS // 3:
                pids = {"kernel": self.km.provisioner.pid, "keeper": self.keeper()}
                before = {who: (memory(pid), descriptors(pid)[0]) for who, pid in pids.items()}
        self.assertEqual(self.keeper(), pids["keeper"], "the keeper was replaced")
        for who, pid in pids.items():
            (m0, d0), (m1, d1) = before[who], (memory(pid), descriptors(pid)[0])
            print(f"{who}: {m0} -> {m1} kB, {len(d0)} -> {len(d1)} descriptors over {SPINS} step cells")
            # A worker of the last spin may be on its way out.
            self.assertLessEqual(len(d1), len(d0) + 8, (who, sorted(d0), sorted(d1)))
            self.assertLess(m1 - m0, 16000 + 20 * SPINS, who)


if __name__ == "__main__":
    unittest.main()
