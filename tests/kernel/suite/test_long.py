"""Many cells in one kernel: neither memory nor descriptors grow."""

import os
import unittest

from kernels import Kernel

COUNT = int(os.environ.get("SPINDLE_CELLS", "1500"))


def descriptors(pid):
    """What is open, but for the file beside its database that IPython's history opens for each transaction."""
    found = []
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            name = os.readlink(f"/proc/{pid}/fd/{fd}")
        except OSError:
            continue  # has just been closed
        if not name.endswith("-journal"):
            found.append(name)
    return found


def memory(pid):
    with open(f"/proc/{pid}/status") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmRSS"))


@unittest.skipUnless(os.path.isdir("/proc/self/fd"), "memory and descriptors are read from /proc")
class Long(Kernel):
    def test_flat(self):
        kernel = self.km.provisioner.pid
        python = int(self.value("import os; os.getpid()"))
        pids = (kernel, python)
        cells = ("1", "print('x')", "x = 2", "display(3)")
        before = None
        for i in range(COUNT):
            self.run_cell(cells[i % len(cells)], store_history=i % 2 == 0)
            if i == COUNT // 3:
                before = [(memory(p), descriptors(p)) for p in pids]
        after = [(memory(p), descriptors(p)) for p in pids]
        for (m0, d0), (m1, d1), who in zip(before, after, ("kernel", "python")):
            print(f"{who}: {m0} -> {m1} kB, {len(d0)} -> {len(d1)} descriptors over {COUNT} cells")
            self.assertLessEqual(len(d1), len(d0), (who, sorted(d0), sorted(d1)))
            # IPython keeps the text of each cell.
            self.assertLess(m1 - m0, 8000 + 2 * COUNT, who)


if __name__ == "__main__":
    unittest.main()
