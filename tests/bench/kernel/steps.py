"""Spins a step in a notebook, by a cell that edits it and by %spin, and with the real metaflow in turn; prints the medians."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from jupyter_client.manager import start_new_kernel

COUNT, PEERS, PEER = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
FLOW = """from metaflow import FlowSpec, step
{imports}

class Bench(FlowSpec):
    @step
    def start(self):
        self.x = 1
        self.next(self.body)

    @step
    def body(self):
        self.y = 0
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    Bench()
"""
CELL = "@step\ndef body(self):\n    self.y = {}\n    self.next(self.end)\n"


def cell(kc, code):
    """Seconds from execute_request to idle."""
    begin = time.perf_counter()
    msg_id = kc.execute(code)
    while True:
        msg = kc.get_iopub_msg(timeout=60)
        if msg["parent_header"].get("msg_id") != msg_id:
            continue
        if msg["msg_type"] == "error":
            raise SystemExit("\n".join(msg["content"]["traceback"]))
        if msg["content"].get("execution_state") == "idle":
            break
    took = time.perf_counter() - begin
    kc.get_shell_msg(timeout=60)
    return took


def peer(folder, *args):
    """Seconds of the real metaflow's command."""
    begin = time.perf_counter()
    done = subprocess.run([PEER, "flow.py", *args], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    return time.perf_counter() - begin


def warm(kc):
    """Spins until the libraries are kept, which takes a while in the background."""
    for _ in range(8):
        cell(kc, CELL.format(-1))
        time.sleep(0.5)


def questions(kc, km):
    """Seconds of completions and inspections while a step runs."""
    msg_id = kc.execute(CELL.format("__import__('time').sleep(600)"))
    while kc.get_iopub_msg(timeout=60)["msg_type"] != "execute_input":
        pass
    time.sleep(1)
    times = []
    for i in range(COUNT * 3):
        send, code = [(kc.complete, "%spin bo"), (kc.complete, "@step\ndef body(self):\n    self."), (kc.inspect, "%spin body")][i % 3]
        begin = time.perf_counter()
        asked = send(code, len(code))
        while kc.get_shell_msg(timeout=60)["parent_header"].get("msg_id") != asked:
            pass
        times.append(time.perf_counter() - begin)
    km.interrupt_kernel()
    while kc.get_shell_msg(timeout=60)["parent_header"].get("msg_id") != msg_id:
        pass
    return times


def measure(name, imports, wanted):
    folder, other = tempfile.mkdtemp(dir=os.getcwd()), tempfile.mkdtemp(dir=os.getcwd())
    for each in (folder, other):
        with open(os.path.join(each, "flow.py"), "w") as f:
            f.write(FLOW.format(imports=imports))
    peer(other, "run")
    km, kc = start_new_kernel(kernel_name="spindle", cwd=folder)
    times = {"step cell": [], "%spin": [], "peer": []}
    try:
        cell(kc, "%flow flow.py")
        cell(kc, "%run")
        warm(kc)
        for i in range(COUNT):
            times["step cell"].append(cell(kc, CELL.format(i)))
            times["%spin"].append(cell(kc, "%spin body"))
            if i % max(1, COUNT // PEERS) == 0:
                times["peer"].append(peer(other, "spin", "body"))
        asked = questions(kc, km)
    finally:
        kc.stop_channels()
        km.shutdown_kernel(now=True)
        subprocess.run([os.environ["SPINDLE_MEASURED"], "workbench", "stop", "flow.py"], cwd=folder, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(other, ignore_errors=True)
    median = {who: statistics.median(list_) for who, list_ in times.items()}
    for who in ("step cell", "%spin"):
        p90 = sorted(times[who])[int(len(times[who]) * 0.9)]
        print(
            f"kernel: {who}, {name} | {median[who] * 1000:.1f} ms, p90 {p90 * 1000:.1f} ms | "
            f"{median['peer']:.2f} s (metaflow spin) | {median['peer'] / median[who]:.0f} times less | wanted: at most {wanted} ms",
            flush=True,
        )
    print(
        f"kernel: completion and inspection while a step runs, {name} | {statistics.median(asked) * 1000:.1f} ms, "
        f"p95 {sorted(asked)[int(len(asked) * 0.95)] * 1000:.1f} ms | - | wanted: below 20 ms",
        flush=True,
    )


measure("empty flow", "", 25)
measure("pandas and matplotlib imported", "import matplotlib.pyplot\nimport pandas\n", 60)
