//go:build !e2e

package remote

import (
	"context"
	"errors"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/run"
	"github.com/spindle-flow/spindle/tests/processes"
)

// Every way a step can end is told as it was.
func TestEnds(t *testing.T) {
	server := bucket(t)
	cases := []struct {
		how, step, reason, says string
		code                    int
		check                   func(t *testing.T, o *remote.Outcome)
	}{
		{"exception", "start", "of all things", "ValueError: of all things", remote.ExitFailed, func(t *testing.T, o *remote.Outcome) {
			if o.Result == nil || o.Result.Exception == nil || o.Result.Exception.File == "" || len(o.Values) == 0 {
				t.Errorf("outcome %+v", o)
			}
		}},
		{"segfault", "start", "SIGSEGV (a segmentation fault)", "", remote.ExitFailed, func(t *testing.T, o *remote.Outcome) {
			if o.Signal != int(syscall.SIGSEGV) || o.Result != nil {
				t.Errorf("outcome %+v", o)
			}
		}},
		{"exit", "start", "exited with code 9", "", remote.ExitFailed, func(t *testing.T, o *remote.Outcome) {
			if o.ExitCode != 9 {
				t.Errorf("outcome %+v", o)
			}
		}},
		{"memory", "start", "MemoryError", "MemoryError", remote.ExitFailed, nil},
		{"late", "late", "timed out", "", remote.ExitFailed, nil},
	}
	for _, tc := range cases {
		t.Run(tc.how, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, server, "ends.py")
			_, events, err := b.run(context.Background(), how(tc.how))
			var failed *run.StepError
			if !errors.As(err, &failed) || failed.Step != tc.step {
				t.Fatalf("error = %v\n%s", err, events.text())
			}
			said := failed.Reason
			if failed.Exception != nil {
				said += failed.Exception.Type + ": " + failed.Exception.Message
			}
			if !strings.Contains(said, tc.reason) || !strings.Contains(events.text(), tc.says) {
				t.Errorf("the engine hears %q, and reads\n%s", said, events.text())
			}
			end := b.cloud.last(tc.step)
			if end.code != tc.code {
				t.Errorf("exit code %d: %s", end.code, end.output)
			}
			if tc.check != nil {
				tc.check(t, end.outcome)
			}
		})
	}
}

// A task that is stopped from outside says so, and takes its process along.
func TestTerminated(t *testing.T) {
	b := newBench(t, bucket(t), "ends.py")
	b.cloud.watch = func(c *exec.Cmd, _ string) { _ = c.Process.Signal(syscall.SIGTERM) }
	_, _, err := b.run(context.Background(), how("wait"))
	end := b.cloud.last("start")
	if err == nil || end.outcome == nil || !end.outcome.Terminated || !end.outcome.Killed || !strings.Contains(end.outcome.Reason, "the container was stopped (terminated)") {
		t.Fatalf("error %v, outcome %+v\n%s", err, end.outcome, end.output)
	}
	if end.code != remote.ExitFailed {
		t.Errorf("exit code %d", end.code)
	}
	awaitGone(t, end.output)
}

// A helper that is killed leaves no outcome, no process, and a last sign of life.
func TestKilled(t *testing.T) {
	b := newBench(t, bucket(t), "ends.py")
	b.cloud.watch = func(c *exec.Cmd, _ string) { _ = c.Process.Kill() }
	_, _, err := b.run(context.Background(), how("wait"))
	end := b.cloud.last("start")
	if err == nil || end.outcome != nil || end.signal != syscall.SIGKILL {
		t.Fatalf("error %v, ended %+v", err, end)
	}
	state, err := remote.Look(context.Background(), b.cloud.client, end.paths)
	if err != nil || state.Done || state.Beat.IsZero() {
		t.Errorf("state %+v, %v", state, err)
	}
	beat, err := remote.ReadBeat(context.Background(), b.cloud.client, end.paths)
	if err != nil || beat.Begun.IsZero() || beat.Host.Arch == "" {
		t.Errorf("beat %+v, %v", beat, err)
	}
	awaitGone(t, end.output)
}

// awaitGone waits for the end of the process that a container's output names.
func awaitGone(t *testing.T, output string) {
	t.Helper()
	fields := strings.Fields(output)
	if len(fields) < 2 || fields[0] != "begun" {
		t.Fatalf("the container printed %q", output)
	}
	pid, err := strconv.Atoi(fields[1])
	if err != nil {
		t.Fatal(err)
	}
	processes.AwaitGone(t, pid)
}

// Much output arrives whole, in its order, and in a few pieces.
func TestOutput(t *testing.T) {
	b := newBench(t, bucket(t), "ends.py")
	_, events, err := b.run(context.Background(), how("print"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(events.text(), "\n")
	end := b.cloud.last("start")
	if len(lines) != 30002 || lines[30001] != "no newline" || !strings.HasPrefix(lines[30000], "29999 x") || end.outcome.Logs.Stdout > 20 {
		t.Errorf("%d lines, the last %q, %+v", len(lines), lines[len(lines)-1], end.outcome.Logs)
	}
	b.cloud.logLimit = 5000
	_, events, err = b.run(context.Background(), how("print"))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(events.text()); n > 6000 || n < 4000 {
		t.Errorf("%d bytes came although the limit is 5000", n)
	}
}

// A container that is started once more for an attempt that has ended runs nothing, and ends as the first did.
func TestStartedAgain(t *testing.T) {
	b := newBench(t, bucket(t), "ends.py")
	b.cloud.twice = true
	_, events, err := b.run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(events.text(), "begun "); n != 1 {
		t.Errorf("the step was run %d times", n)
	}
	if end := b.cloud.last("start"); end.code != 0 || !strings.Contains(end.output, "has ended at") {
		t.Errorf("exit code %d: %s", end.code, end.output)
	}
	b.cloud.seen = map[string][]ended{}
	_, _, err = b.run(context.Background(), how("exception"))
	if end := b.cloud.last("start"); err == nil || end.code != remote.ExitFailed {
		t.Errorf("exit code %d, %v", end.code, err)
	}
}
