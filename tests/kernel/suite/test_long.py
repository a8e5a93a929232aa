"""Many cells in one kernel: neither memory nor descriptors grow."""

import os
import unittest

from kernels import Kernel

COUNT = int(os.environ.get("SPINDLE_CELLS", "1500"))


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


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
            print(f"{who}: {m0} -> {m1} kB, {d0} -> {d1} descriptors over {COUNT} cells")
            self.assertLessEqual(d1, d0, who)
            # IPython keeps the text of each cell.
            self.assertLess(m1 - m0, 8000 + 2 * COUNT, who)


if __name__ == "__main__":
    unittest.main()
