# args:
# exit: 0
# covers: output of child processes, writes on the descriptors, bytes that are no UTF-8
import os
import subprocess
import sys

from metaflow import FlowSpec, step


class LogsChildrenFlow(FlowSpec):
    @step
    def start(self):
        print("before", flush=True)
        subprocess.run(["echo", "from a child"], check=True)
        subprocess.run(["sh", "-c", "echo to stderr >&2"], check=True)
        os.write(1, b"written on 1\n")
        os.write(2, b"written on 2\n")
        print("after", flush=True)
        self.next(self.end)

    @step
    def end(self):
        sys.stdout.flush()
        os.write(1, b"caf\xe9 and \xff\xfe\n")
        sys.stdout.buffer.write(b"buffered bytes\n")


if __name__ == "__main__":
    LogsChildrenFlow()
