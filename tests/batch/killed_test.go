package batch

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/spindle-flow/spindle/tests/processes"
)

// What others end is told in words, with what may help in the words of the flow's language.
func TestKilledOutside(t *testing.T) {
	inEach(t, 1, func(t *testing.T, w *waiting) { // the step's process, within a container that lives on
		kill(t, w.process(t))
		w.fails(t, "[job-00002] Task finished with exit code 137.", "The task was killed by SIGKILL (by the kernel if memory ran out) without reporting a result.")
	})
}

func TestKilledContainer(t *testing.T) {
	inEach(t, 1, func(t *testing.T, w *waiting) {
		kill(t, parent(t, w.process(t))) // what a container runs is the helper, which has started the step
		advice := "ask for more: @resources(memory=…) or @batch(memory=…). This could be a transient error. Use @retry to retry."
		if w.flow != "waiting.py" {
			advice = "ask for more: flow.Resources{MemoryMB: …} or flow.Batch{MemoryMB: …}. This could be a transient error. Use flow.Retry to retry."
		}
		w.fails(t, "The job has failed: it needed more than its 4096 MB of memory and was killed (exit code 137). To mend it, "+advice)
	})
}

func TestCancelled(t *testing.T) {
	inEach(t, 1, func(t *testing.T, w *waiting) {
		w.batch.Cancel("job-00002", "Ann needs the machines")
		w.fails(t, "The job job-00002 has failed: it was cancelled from outside: Ann needs the machines.")
	})
}

// fails waits for the end of a run that fails, and says so.
func (w *waiting) fails(t *testing.T, says ...string) {
	t.Helper()
	err := w.cmd.Wait()
	for _, text := range says {
		if err == nil || !strings.Contains(w.out.String(), text) {
			t.Errorf("%v; the run does not say %q:\n%s", err, text, w.out)
		}
	}
}

// process is the one in which the leaf waits.
func (w *waiting) process(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(w.folder, "pid"))
	if err != nil {
		t.Fatal(err)
	}
	return number(t, string(text))
}

func parent(t *testing.T, pid int) int {
	t.Helper()
	above, running := processes.Parent(pid)
	if !running || above <= 1 { // what is no process of ours is not to be killed
		t.Fatalf("process %d has the parent %d, running: %t", pid, above, running)
	}
	return above
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil || n <= 1 { // what is no process of ours is not to be killed
		t.Fatalf("%q is no process: %v", text, err)
	}
	return n
}

func kill(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}
