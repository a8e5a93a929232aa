"""A worker for tests: it speaks the task protocol, and what it does is Python code in the messages' options.

describe: options["code"] is run; it may set `flow` or call send() itself. task: options["code"] is run with `task`, `send`, `recv`.
"""
import faulthandler, json, os, select, signal, socket, sys, time


class Channel:
    def __init__(self, fd):
        self.sock, self.buffer, self.fds = socket.socket(fileno=fd), b"", []

    def send(self, **message):
        self.raw(json.dumps(message).encode() + b"\n")

    def raw(self, data):
        self.sock.sendall(data)

    def recv(self):
        while b"\n" not in self.buffer:
            data, fds, _, _ = socket.recv_fds(self.sock, 65536, 12)
            if not data:
                return None
            self.buffer += data
            self.fds += fds
        line, self.buffer = self.buffer.split(b"\n", 1)
        return json.loads(line)


def hello(channel, **change):
    message = {"type": "hello", "protocol": 1, "language": "python", "version": sys.version.split()[0], "sdk": "test",
               "executable": sys.executable, "file": __file__, "pid": os.getpid(), "can": ["fork", "guard"]}
    channel.send(**{**message, **change})
    return channel.recv()


def run_task(channel):
    task = channel.recv()
    if task is None:
        os._exit(3)
    code = (task.get("options") or {}).get("code", "done()")
    scope = {"task": task, "os": os, "sys": sys, "time": time, "json": json, "signal": signal, "channel": channel,
             "send": channel.send, "raw": channel.raw, "recv": channel.recv,
             "done": lambda **more: channel.send(**{"type": "done", "success": True, "artifacts": [], "inherit": [], **more})}
    code_value = 0
    try:
        exec(code, scope)
    except SystemExit as e:
        code_value = e.code or 0
    except BaseException:
        import traceback
        traceback.print_exc()
        code_value = 1
    sys.stdout.flush()
    os._exit(code_value)


def start(control, request, children):
    fds, control.fds = control.fds[:3], control.fds[3:]
    if len(fds) != 3:
        return control.send(type="error", re=request["id"], kind="protocol", message="no descriptors")
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        control.sock.close()
        os.dup2(fds[1], 1)
        os.dup2(fds[2], 2)
        os.close(fds[1])
        os.close(fds[2])
        run_task(Channel(fds[0]))
    for fd in fds:
        os.close(fd)
    assert pid > 1, pid
    children.add(pid)
    control.send(type="started", re=request["id"], pid=pid)


def describe(control, request):
    faulthandler.enable()
    scope = {"send": control.send, "raw": control.raw, "request": request, "os": os, "sys": sys, "time": time,
             "flow": {"name": "Test", "file": request["source"], "steps": [], "isolation": {"fork_safe": True, "reason": ""}}}
    exec(compile((request["options"] or {}).get("code", ""), request["source"], "exec"), scope)
    sys.stdout.flush()
    if scope["flow"] is not None:
        control.send(type="description", re=request["id"], flow=scope["flow"])


def reap(control, children):
    while children:
        pid, status, usage = os.wait4(-1, os.WNOHANG)
        if pid == 0:
            return
        children.discard(pid)
        killed = os.WIFSIGNALED(status)
        control.send(type="exited", pid=pid, code=0 if killed else os.WEXITSTATUS(status),
                     signal=os.WTERMSIG(status) if killed else 0, max_rss_kb=usage.ru_maxrss,
                     user_seconds=usage.ru_utime, system_seconds=usage.ru_stime)


def serve(control):
    children, guarded = set(), set()
    wake_r, wake_w = os.pipe()
    os.set_blocking(wake_r, False)
    os.set_blocking(wake_w, False)
    signal.set_wakeup_fd(wake_w)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        if b"\n" not in control.buffer:
            ready = select.select([control.sock, wake_r], [], [])[0]
            if wake_r in ready:
                os.read(wake_r, 4096)
                reap(control, children)
                continue
        request = control.recv()
        if request is None or request["type"] == "stop":
            break
        if request["type"] == "describe":
            describe(control, request)
        elif request["type"] == "start":
            start(control, request, children)
        elif request["type"] == "guard":
            guarded.add(request["pid"])
        elif request["type"] == "unguard":
            guarded.discard(request["pid"])
        elif request["type"] != "error":
            control.send(type="error", re=request.get("id"), kind="protocol", message="unknown type")
    for pid in children | guarded:
        kill(pid)


def kill(pid):
    if pid <= 1:
        return  # kill(-1) would reach every process of the user
    for send in (os.killpg, os.kill):
        try:
            send(pid, signal.SIGKILL)
        except OSError:
            pass


def main():
    exec(os.environ.get("TEST_BEFORE_HELLO", ""))
    change = json.loads(os.environ.get("TEST_HELLO", "{}"))
    if "SPINDLE_TASK_FD" in os.environ:
        channel = Channel(int(os.environ["SPINDLE_TASK_FD"]))
        hello(channel, **change)
        run_task(channel)
    control = Channel(int(os.environ["SPINDLE_WORKER_FD"]))
    hello(control, **change)
    serve(control)


main()
