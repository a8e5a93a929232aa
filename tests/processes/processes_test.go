package processes_test

import (
	"os"
	"os/exec"
	"slices"
	"syscall"
	"testing"

	"github.com/spindle-flow/spindle/tests/processes"
)

// A process runs, is stopped, and has ended once it is a zombie: nobody has asked how.
func TestLife(t *testing.T) {
	cmd := exec.Command("sleep", "1000")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	pid := cmd.Process.Pid
	parent, running := processes.Parent(pid)
	if !running || parent != os.Getpid() || !processes.Running(pid) || !slices.Contains(processes.Children(t, os.Getpid()), pid) || !slices.Contains(processes.Group(t, pid), pid) {
		t.Errorf("parent %d, running %t, children %v, group %v", parent, running, processes.Children(t, os.Getpid()), processes.Group(t, pid))
	}
	if err := cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	processes.AwaitStopped(t, pid)
	if !processes.Running(pid) {
		t.Error("a stopped process counts as ended")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	processes.AwaitGone(t, pid)
	processes.AwaitGroupGone(t, pid)
	if got := processes.Children(t, os.Getpid()); slices.Contains(got, pid) {
		t.Errorf("children %v", got)
	}
	_ = cmd.Wait()
	if processes.Running(pid) {
		t.Error("it is still there")
	}
}
