"""Does one bad thing in its middle step."""

import os
import shutil
import signal
import subprocess
import sys
import time

from metaflow import FlowSpec, Parameter, step


class Misbehave(FlowSpec):
    how = Parameter("how", default="well")

    @step
    def start(self):
        self.before = "kept"
        self.next(self.middle)

    @step
    def middle(self):
        getattr(Misbehave, "do_" + self.how)()
        self.after = "also kept"
        self.next(self.end)

    @step
    def end(self):
        print(self.before, self.after)

    @staticmethod
    def do_well():
        pass

    @staticmethod
    def do_segfault():
        import ctypes

        ctypes.string_at(0)

    @staticmethod
    def do_exit_zero():
        os._exit(0)

    @staticmethod
    def do_exit_three():
        os._exit(3)

    @staticmethod
    def do_kill():
        os.kill(os.getpid(), signal.SIGKILL)

    @staticmethod
    def do_memory():
        hoard = []
        while True:
            hoard.append(bytearray(os.urandom(1 << 20)) * 16)

    @staticmethod
    def do_wait():
        """Waits with a child of its own, whose pid it leaves where the test finds it."""
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        with open(os.environ["SIDE_EFFECTS"], "w") as f:
            f.write("%d %d" % (os.getpid(), child.pid))
        time.sleep(600)

    @staticmethod
    def do_stubborn():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        Misbehave.do_wait()

    @staticmethod
    def do_vanish():
        """Removes the scratch folders of the engine, wherever it has put them."""
        with open("/proc/%d/stat" % os.getppid()) as f:
            engine = f.read().rsplit(")", 1)[1].split()[1]  # the worker's parent
        for base in ("/dev/shm", os.environ["TMPDIR"]):
            for name in os.listdir(base):
                if name.startswith("spindle-%s-" % engine) and os.path.isdir(os.path.join(base, name)):
                    shutil.rmtree(os.path.join(base, name), ignore_errors=True)


if __name__ == "__main__":
    Misbehave()
