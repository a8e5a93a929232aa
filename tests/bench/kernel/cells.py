"""Runs the cell `1` in both kernels in turn and prints the medians."""

import statistics
import sys
import time

from jupyter_client.manager import start_new_kernel

COUNT = int(sys.argv[1])


def once(kc):
    begin = time.perf_counter()
    msg_id = kc.execute("1")
    while True:
        msg = kc.get_iopub_msg(timeout=60)
        if msg["parent_header"].get("msg_id") == msg_id and msg["content"].get("execution_state") == "idle":
            break
    took = time.perf_counter() - begin
    kc.get_shell_msg(timeout=60)
    return took


kernels = {name: start_new_kernel(kernel_name=name) for name in ("spindle", "python3")}
times = {name: [] for name in kernels}
try:
    for i in range(COUNT + 20):
        for name, (_, kc) in kernels.items():
            took = once(kc)
            if i >= 20:
                times[name].append(took)
finally:
    for km, kc in kernels.values():
        kc.stop_channels()
        km.shutdown_kernel(now=True)
ours, theirs = (statistics.median(times[n]) for n in ("spindle", "python3"))
print(f"kernel: plain cell | {ours * 1000:.2f} ms | {theirs * 1000:.2f} ms (ipykernel) | {ours / theirs:.2f} times ipykernel's | wanted: at most 1.5")
