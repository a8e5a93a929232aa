package main

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// bareProgram does, with nothing around it, what the cheapest possible task must do: fork a process that has the interpreter
// loaded, let it write as many small files as a task's record has, wait for it, and put all of it on disk in one sync per batch.
const bareProgram = `
import ctypes, os, sys, time
root, tasks, files, batch = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), 16
libc = ctypes.CDLL(None)
os.makedirs(root)
fd = os.open(root, os.O_RDONLY)
begin = time.perf_counter()
for first in range(0, tasks, batch):
    pids = []
    for t in range(first, min(first + batch, tasks)):
        pid = os.fork()
        if pid == 0:
            os.mkdir("%s/%d" % (root, t))
            for i in range(files):
                f = os.open("%s/%d/%d" % (root, t, i), os.O_CREAT | os.O_WRONLY, 0o644)
                os.write(f, b"x" * 300)
                os.close(f)
            os._exit(0)
        pids.append(pid)
    for pid in pids:
        os.waitpid(pid, 0)
    libc.syncfs(fd)
print((time.perf_counter() - begin) / tasks)
`

// bareFiles is how many files one task of the foreach flow leaves in the store.
const bareFiles = 36

// slowBare is what a task costs, in seconds, on a disk that is busy with something else, or has lately lost many files.
const slowBare = 1e-3

// bareCost returns seconds per task.
func bareCost(python, dir string) (float64, error) {
	out, err := exec.Command(python, "-c", bareProgram, dir+"/bare", "200", fmt.Sprint(bareFiles)).Output()
	if err != nil {
		return 0, fmt.Errorf("bare cost: %w", err)
	}
	per, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	if err != nil {
		return 0, fmt.Errorf("bare cost: %w", err)
	}
	if per > slowBare {
		fmt.Fprintf(os.Stderr, "bench: a bare task costs %.2f ms here. Either the machine has other work, or many files were deleted on this disk lately: ext4 looks at each of them\n"+
			"for one to six minutes whenever it creates a file. Both sides will be slow, and the one that writes faster will lose more.\n", per*1000)
	}
	return per, nil
}
