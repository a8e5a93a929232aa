package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

const oneStepFlow = `
from metaflow import FlowSpec, step
class One(FlowSpec):
    @step
    def start(self):
        self.x = 'VALUE'
        self.y = self.x.upper()
        self.next(self.end)
    @step
    def end(self):
        pass
if __name__ == "__main__":
    One()
`

// watched is what a command has written so far.
type watched struct {
	mu  sync.Mutex
	buf bytes.Buffer // guarded by mu
}

func (w *watched) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.buf.Write(b)
}

func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.buf.String()
}

// await waits until the text has been written n times.
func (w *watched) await(t *testing.T, text string, n int) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if strings.Count(w.String(), text) >= n {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%q was not written %d times:\n%s", text, n, w.String())
		}
	}
}

// terminal starts a command on a terminal.
func terminal(t *testing.T, cmd *exec.Cmd) (*os.File, *watched) {
	t.Helper()
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 120})
	if err != nil {
		t.Fatal(err)
	}
	out := &watched{}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = tty.Close()
	})
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := tty.Read(buf)
			_, _ = out.Write(buf[:n])
			if err != nil {
				return
			}
		}
	}()
	return tty, out
}

func exitCode(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return 0
}

func TestSpinWatch(t *testing.T) {
	t.Parallel()
	dir, env := place(t, oneStepFlow)
	save := func(old, with string) {
		if err := os.WriteFile(filepath.Join(dir, "flow.py"), []byte(strings.ReplaceAll(oneStepFlow, old, with)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := spindle(t, dir, env, "spin", "flow.py", "start", "--bootstrap", "--watch")
	out := &watched{}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	out.await(t, "Waiting for a change", 1)
	save("'VALUE'", "'second'")
	out.await(t, "'SECOND'", 1)
	out.await(t, "Waiting for a change", 2)
	save("self.x.upper()", "nosuch")
	out.await(t, "NameError", 1)
	out.await(t, "Waiting for a change", 3)
	save("def start(self):", "def start(self)")
	out.await(t, "SP100", 1)
	out.await(t, "Waiting for a change", 4)
	save("'VALUE'", "'fifth'")
	out.await(t, "'FIFTH'", 1)
	out.await(t, "Waiting for a change", 5)
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if code := exitCode(cmd.Wait()); code != 130 {
		t.Errorf("exit code %d", code)
	}
}

func TestSpinDebugger(t *testing.T) {
	t.Parallel()
	dir, env := place(t, strings.ReplaceAll(oneStepFlow, "self.x.upper()", "nosuch"))
	cmd := spindle(t, dir, env, "spin", "flow.py", "start", "--bootstrap", "--pdb")
	tty, out := terminal(t, cmd)
	out.await(t, "(Pdb)", 1)
	_, _ = tty.WriteString("p self.x + '-seen'\n")
	out.await(t, "'VALUE-seen'", 1)
	_, _ = tty.WriteString("q\n")
	out.await(t, "Step failure:", 1)
	if code := exitCode(cmd.Wait()); code != 1 {
		t.Errorf("exit code %d\n%s", code, out)
	}
}

// TestSpinAsks: on a terminal the steps that are missing are offered.
func TestSpinAsks(t *testing.T) {
	t.Parallel()
	dir, env := place(t, oneStepFlow)
	for _, tt := range []struct {
		answer string
		code   int
		text   string
	}{{"n\n", 1, "--bootstrap"}, {"y\n", 0, "Task finished successfully."}} {
		cmd := spindle(t, dir, env, "spin", "flow.py", "end")
		tty, out := terminal(t, cmd)
		out.await(t, "now, once? [y/N]", 1)
		_, _ = tty.WriteString(tt.answer)
		out.await(t, tt.text, 1)
		if code := exitCode(cmd.Wait()); code != tt.code {
			t.Errorf("%q: exit code %d\n%s", tt.answer, code, out)
		}
	}
}
