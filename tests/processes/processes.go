// Package processes tells tests what became of processes that are not their children. It needs no ps on Linux: a bare machine has none.
package processes

import (
	"testing"
	"time"
)

// process is one of those that the system lists. A zombie has ended and only waits for somebody to ask how.
type process struct {
	pid, parent, group int
	state              byte // as ps has it: R, S, T, Z …
}

func (p process) running() bool { return p.state != 'Z' && p.state != 'X' }

// patience bounds each wait. It says that something will never come, not how long it should take.
const patience = time.Minute

// Running says whether a process exists and has not ended.
func Running(pid int) bool {
	p, ok := find(pid)
	return ok && p.running()
}

// Parent is the parent of a process that runs.
func Parent(pid int) (parent int, running bool) {
	p, ok := find(pid)
	return p.parent, ok && p.running()
}

// Children are the processes that run and whose parent is pid.
func Children(t testing.TB, pid int) []int {
	t.Helper()
	return those(t, func(p process) bool { return p.parent == pid })
}

// Group are the processes of a group that run.
func Group(t testing.TB, pgid int) []int {
	t.Helper()
	return those(t, func(p process) bool { return p.group == pgid })
}

// AwaitGone waits for the end of a process.
func AwaitGone(t testing.TB, pid int) {
	t.Helper()
	await(t, func() bool { return !Running(pid) }, "process %d is still there", pid)
}

// AwaitGroupGone waits for the end of all processes of a group.
func AwaitGroupGone(t testing.TB, pgid int) {
	t.Helper()
	await(t, func() bool { return len(Group(t, pgid)) == 0 }, "process group %d is still there", pgid)
}

// AwaitStopped waits until a process is stopped, as by Ctrl-Z.
func AwaitStopped(t testing.TB, pid int) {
	t.Helper()
	stopped := func() bool {
		p, ok := find(pid)
		return ok && p.state == 'T'
	}
	await(t, stopped, "process %d was never stopped", pid)
}

func await(t testing.TB, good func() bool, format string, pid int) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if good() {
			return
		}
	}
	t.Fatalf(format, pid)
}

func those(t testing.TB, wanted func(process) bool) []int {
	t.Helper()
	list, err := all()
	if err != nil {
		t.Fatal(err)
	}
	var pids []int
	for _, p := range list {
		if p.running() && wanted(p) {
			pids = append(pids, p.pid)
		}
	}
	return pids
}
