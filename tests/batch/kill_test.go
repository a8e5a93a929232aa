package batch

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/tests/processes"
)

// waiting is a run of WaitingFlow, or of its twin in Go, whose leaves are all waiting.
type waiting struct {
	*place
	flow   string // as on the command line
	folder string
	cmd    *exec.Cmd
	out    *bytes.Buffer
}

// inEach runs a test for both languages, whose flows wait alike.
func inEach(t *testing.T, width int, test func(t *testing.T, w *waiting)) {
	t.Parallel()
	t.Run("Python", func(t *testing.T) {
		t.Parallel()
		test(t, startWaiting(t, newPlace(t, nil), "waiting.py", width))
	})
	t.Run("Go", func(t *testing.T) {
		t.Parallel()
		test(t, startWaiting(t, newGoPlace(t), goFlow(t, "waiting"), width))
	})
}

func startWaiting(t *testing.T, p *place, flow string, width int) *waiting {
	t.Helper()
	w := &waiting{place: p, flow: flow, folder: t.TempDir(), out: &bytes.Buffer{}}
	w.cmd = w.command("run", flow, "--datastore", "s3", "--with", "batch", "--folder", w.folder, "--width", strconv.Itoa(width), "--run-id-file", "run.id", "--max-workers", "32")
	w.cmd.Stdout, w.cmd.Stderr = w.out, w.out
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.cmd.Process.Kill(); _ = w.cmd.Wait() })
	for len(w.ran()) < width {
		if t.Context().Err() != nil || w.exited() {
			t.Fatalf("the run ended early:\n%s", w.out)
		}
		time.Sleep(20 * time.Millisecond)
	}
	return w
}

// exited says whether the run's process is gone, without waiting for it.
func (w *waiting) exited() bool { return !processes.Running(w.cmd.Process.Pid) }

// ran are the leaves that have begun.
func (w *waiting) ran() []string {
	text, _ := os.ReadFile(filepath.Join(w.folder, "ran"))
	return strings.Fields(string(text))
}

func (w *waiting) open(t *testing.T) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(w.folder, "gate"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
}

func (w *waiting) run(t *testing.T) string {
	t.Helper()
	id, err := os.ReadFile(filepath.Join(w.dir, "run.id"))
	if err != nil {
		t.Fatal(err)
	}
	return string(id)
}

type listed struct {
	Jobs []struct {
		Job, Status, Step, Task, User, Run string
		Killed                             bool
	} `json:"jobs"`
}

func (w *waiting) jobs(t *testing.T, args ...string) listed {
	t.Helper()
	out, _ := w.must(append([]string{"batch"}, args...)...)
	var l listed
	if err := json.Unmarshal([]byte(out), &l); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return l
}

// The engine is killed while jobs run; the run that goes on takes them over. No job is submitted twice, none is left.
func TestKillNine(t *testing.T) { inEach(t, 8, killNine) }

func killNine(t *testing.T, w *waiting) {
	l := w.jobs(t, "list", w.flow, "--my-runs", "--json")
	if len(l.Jobs) != 8 || l.Jobs[0].Status != "RUNNING" || l.Jobs[0].Step != "leaf" || l.Jobs[0].Run != w.run(t) || l.Jobs[0].User != "tester" {
		t.Errorf("listed: %+v", l)
	}
	if err := w.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = w.cmd.Wait()
	w.open(t) // some will have ended before the run goes on, some not
	out, _ := w.must("resume", w.flow, "--datastore", "s3", "--with", "batch", "--origin-run-id", w.run(t))
	if !strings.Contains(strings.ReplaceAll(out, ",", ""), "squares [0 1 4 9 16 25 36 49]") || !strings.Contains(out, "Task goes on as the job that run "+w.run(t)+" submitted.") {
		t.Errorf("the resumed run:\n%s", out)
	}
	if ran := w.ran(); len(ran) != 8 {
		t.Errorf("leaves ran: %v", ran)
	}
	if jobs := w.batch.Jobs(); len(jobs) != 1+8+2 {
		t.Errorf("%d jobs were submitted for 11 tasks", len(jobs))
	}
	w.noneLeft(t)
}

// noneLeft waits until the last job has ended: a run goes by what a task has stored, which its job outlives by a moment.
func (w *waiting) noneLeft(t *testing.T) {
	t.Helper()
	for until := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		l := w.jobs(t, "list", w.flow, "--my-runs", "--json")
		if len(l.Jobs) == 0 {
			return
		}
		if time.Now().After(until) {
			t.Fatalf("jobs are left: %+v", l)
		}
	}
}

// Ctrl-C ends all jobs of the run.
func TestInterrupt(t *testing.T) { inEach(t, 4, interrupt) }

func interrupt(t *testing.T, w *waiting) {
	if err := w.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := w.cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 130 {
		t.Errorf("%v\n%s", err, w.out)
	}
	for _, j := range w.batch.Jobs() {
		if j.Status != "FAILED" && j.Status != "SUCCEEDED" {
			t.Errorf("job %s is left: %s", j.ID, j.Status)
		}
	}
	if l := w.jobs(t, "list", w.flow, "--run-id", w.run(t), "--json"); len(l.Jobs) != 0 {
		t.Errorf("jobs are left: %+v", l)
	}
}

// Jobs can be ended by hand; the run says what happened to its tasks.
func TestKillJobs(t *testing.T) { inEach(t, 3, killJobs) }

func killJobs(t *testing.T, w *waiting) {
	if _, stderr, err := w.spindle("batch", "kill", w.flow); err == nil || !strings.Contains(stderr, "which jobs? Nothing is ended that is not named") {
		t.Errorf("%v\n%s", err, stderr)
	}
	if l := w.jobs(t, "kill", w.flow, "--run-id", "17", "--json"); len(l.Jobs) != 0 {
		t.Errorf("jobs of a run that is not: %+v", l)
	}
	if l := w.jobs(t, "kill", w.flow, "--run-id", w.run(t), "--json"); len(l.Jobs) != 3 || !l.Jobs[0].Killed {
		t.Errorf("killed: %+v", l)
	}
	err := w.cmd.Wait()
	if err == nil || !strings.Contains(w.out.String(), "it was cancelled from outside: Ended by Spindle: spindle batch kill, by tester") {
		t.Errorf("%v\n%s", err, w.out)
	}
}
