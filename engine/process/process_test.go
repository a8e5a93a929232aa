package process_test

import (
	"os"
	"os/exec"
	"testing"

	"github.com/spindle-flow/spindle/engine/process"
)

func TestAlive(t *testing.T) {
	cmd := exec.Command("sleep", "1000")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	pid := cmd.Process.Pid
	birth := process.Birth(pid)
	if birth == "" || birth != process.Birth(pid) {
		t.Errorf("birth of %d is %q, then %q", pid, birth, process.Birth(pid))
	}
	for _, c := range []struct {
		birth string
		want  bool
	}{{birth, true}, {"", true}, {"1@another boot", false}} {
		if got := process.Alive(pid, c.birth); got != c.want {
			t.Errorf("alive with birth %q: %v", c.birth, got)
		}
	}
	// This process may have started in the same tick as its child; the one that has started it is older.
	if other := process.Birth(os.Getppid()); other == birth {
		t.Errorf("two processes have the birth %q", other)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if process.Alive(pid, birth) || process.Alive(0, "") || process.Alive(-1, "") {
		t.Error("a process that has ended, or none at all, is alive")
	}
}
