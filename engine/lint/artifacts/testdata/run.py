"""Run flows with the real metaflow: for each file on stdin, print how `FILE run` ended as JSON, two at a time.

A task of metaflow's is a process of its own that imports everything again. Here each is forked from a process that has metaflow imported and
nothing else done, which is the same and some twenty times faster.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import types

import metaflow  # noqa: F401
import metaflow.cli  # noqa: F401
import metaflow.client  # noqa: F401
import metaflow.runtime


def main(argv):
    """Do what the interpreter does with a file and its arguments, and end the process."""
    path = argv[0]
    os.chdir(os.path.dirname(path))
    sys.argv = argv
    sys.path.insert(0, os.path.dirname(path))
    module = types.ModuleType("__main__")
    module.__file__ = path
    for name, value in vars(sys.modules["__main__"]).items():
        if isinstance(value, type) and issubclass(value, tuple):  # metaflow defines its tuples there
            setattr(module, name, value)
    sys.modules["__main__"] = module
    code = 0
    try:
        with open(path, "rb") as f:
            source = f.read()
        exec(compile(source, path, "exec"), vars(module))
    except SystemExit as e:
        code = e.code if isinstance(e.code, int) else int(e.code is not None)
    except BaseException as e:
        print("%s: %s" % (type(e).__name__, e), file=sys.stderr)
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


class Child:
    """Stands for a process that the nursery forked, as subprocess.Popen does."""

    def __init__(self, line, env=None, **_):
        out, self_out = os.pipe()
        err, self_err = os.pipe()
        self.channel, theirs = socket.socketpair()
        request = json.dumps({"argv": line[line.index(FLOW) :], "env": env}).encode()
        socket.send_fds(NURSERY, [len(request).to_bytes(8, "big")], [self_out, self_err, theirs.fileno()])
        NURSERY.sendall(request)
        os.close(self_out)
        os.close(self_err)
        theirs.close()
        self.stdout, self.stderr = os.fdopen(out, "rb"), os.fdopen(err, "rb")
        self.stdin = None
        self.pid = int.from_bytes(read(self.channel, 8), "big")
        self.returncode = None

    def poll(self):
        ended = self.returncode is not None or select.select([self.channel], [], [], 0)[0]
        return self.wait() if ended else None

    def wait(self, timeout=None):
        if self.returncode is None:
            self.returncode = int.from_bytes(read(self.channel, 8), "big", signed=True)
        return self.returncode

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)

    def terminate(self):
        os.kill(self.pid, signal.SIGTERM)


def read(channel, size):
    data = b""
    while len(data) < size:
        more = channel.recv(size - len(data))
        if not more:
            raise EOFError("the nursery is gone")
        data += more
    return data


def nursery(requests):
    """Fork a child for each request, and tell its end."""
    while True:
        size, fds, _, _ = socket.recv_fds(requests, 8, 3)
        if not size:
            os._exit(0)
        request = json.loads(read(requests, int.from_bytes(size, "big")))
        out, err, channel = fds
        if os.fork() == 0:  # waits, so that the nursery need not
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            report = socket.socket(fileno=channel)
            pid = os.fork()
            if pid == 0:
                report.close()
                requests.close()
                os.dup2(out, 1)
                os.dup2(err, 2)
                os.close(out)
                os.close(err)
                os.environ.clear()
                os.environ.update(request["env"])
                main(request["argv"])
            os.close(out)
            os.close(err)
            report.sendall(pid.to_bytes(8, "big"))
            _, status = os.waitpid(pid, 0)
            try:
                report.sendall(os.waitstatus_to_exitcode(status).to_bytes(8, "big", signed=True))
            except OSError:
                pass  # nobody waits any more
            os._exit(0)
        for fd in fds:
            os.close(fd)


def run(path, out, err):
    """Run a flow in this process."""
    global NURSERY, FLOW
    ours, theirs = socket.socketpair()
    if os.fork() == 0:
        ours.close()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        nursery(theirs)
    theirs.close()
    NURSERY, FLOW = ours, path
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    metaflow.runtime.subprocess = type("subprocess", (), {"Popen": Child, "PIPE": subprocess.PIPE})
    # Runs are named by the time, and two of one class in one store may well have the same name.
    main([path, "--no-pylint", "--datastore-root", os.path.join(os.path.dirname(path), ".metaflow"), "run"])


def start(path):
    """Run a flow in a process of its own. This one has no threads: what another thread holds at a fork, the child holds for ever."""
    out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
    pid = os.fork()
    if pid == 0:
        run(path, out, err)
    RUNNING[pid] = path, out, err


def end():
    """Wait for one of those that run, and keep how it ended."""
    pid, status = os.wait()
    path, out, err = RUNNING.pop(pid)
    ANSWERS[path] = {"file": path, "code": os.waitstatus_to_exitcode(status), "stdout": text(out), "stderr": text(err)}


def text(f):
    with f:
        f.seek(0)
        return f.read().decode("utf-8", "replace")


RUNNING, ANSWERS = {}, {}
PATHS = [line.rstrip("\n") for line in sys.stdin]
for path in PATHS:
    if len(RUNNING) == 2:
        end()
    start(path)
while RUNNING:
    end()
for path in PATHS:
    print(json.dumps(ANSWERS[path]))
