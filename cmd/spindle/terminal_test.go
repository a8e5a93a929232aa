package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"github.com/spindle-flow/spindle/tests/processes"
)

// place is a folder with a flow and an environment to run it in. The binary is the test itself, as in TestScripts.
func place(t *testing.T, flow string) (dir string, env []string) {
	t.Helper()
	interpreter, err := python()
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "flow.py"), []byte(flow), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir, []string{"METAFLOW_USER=tester", "SPINDLE_WARM_MINUTES=0", "SPINDLE_PYTHON=" + interpreter, "HOME=" + dir, "TERM=xterm-256color", "LANG=C.UTF-8",
		"PATH=" + os.Getenv("PATH"), "PYTHONDONTWRITEBYTECODE=1"}
}

// spindle is a command that runs this binary as spindle: testscript has put it on the path under that name.
func spindle(t *testing.T, dir string, env []string, args ...string) *exec.Cmd {
	t.Helper()
	path, err := exec.LookPath("spindle")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir, cmd.Env = dir, env
	return cmd
}

const slowFlow = `
from metaflow import FlowSpec, step
import time
class Slow(FlowSpec):
    @step
    def start(self):
        self.items = [1, 2, 3]
        self.next(self.body, foreach="items")
    @step
    def body(self):
        print("\033[2Jitem", self.input, flush=True)
        time.sleep(0.6)
        self.next(self.join)
    @step
    def join(self, inputs):
        self.next(self.end)
    @step
    def end(self):
        pass
if __name__ == "__main__":
    Slow()
`

// onTerminal runs a command on a terminal of that width and returns all it wrote there.
func onTerminal(t *testing.T, cmd *exec.Cmd, columns uint16, while func(*watched)) (string, error) {
	t.Helper()
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: columns})
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	var out watched
	read := make(chan struct{})
	go func() {
		defer close(read)
		_, _ = io.Copy(&out, tty) // ends with an error when the command is gone
	}()
	if while != nil {
		while(&out)
	}
	timer := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	err = cmd.Wait()
	if !timer.Stop() {
		t.Fatal("the command did not end")
	}
	<-read
	return out.String(), err
}

var moving = regexp.MustCompile(`\x1b\[[0-9;?]*[a-zA-Z]`)

func TestLiveView(t *testing.T) {
	t.Parallel()
	dir, env := place(t, slowFlow)
	out, err := onTerminal(t, spindle(t, dir, env, "run", "flow.py"), 80, nil)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{"\x1b[?2026h", "\x1b[?25l", "\x1b[?25h", "body", "/3", "running", "\x1b[32m"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q was never shown:\n%q", want, out)
		}
	}
	if strings.LastIndex(out, "\x1b[?25h") < strings.LastIndex(out, "\x1b[?25l") {
		t.Error("the cursor was not given back")
	}
	if strings.Contains(out, "\x1b[2J") {
		t.Error("a task cleared the screen")
	}
	if plain := moving.ReplaceAllString(out, ""); !strings.Contains(plain, "item 2") || !strings.Contains(plain, "Done!") {
		t.Errorf("lines are missing:\n%s", plain)
	}
}

func TestNoColor(t *testing.T) {
	t.Parallel()
	dir, env := place(t, slowFlow)
	out, err := onTerminal(t, spindle(t, dir, append(env, "NO_COLOR=1"), "run", "flow.py"), 40, nil)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if colored := regexp.MustCompile(`\x1b\[[0-9;]*m`).FindString(out); colored != "" {
		t.Errorf("%q in\n%q", colored, out)
	}
	if !strings.Contains(out, "\x1b[?2026h") {
		t.Error("NO_COLOR took the live view away")
	}
}

func TestDumbTerminal(t *testing.T) {
	t.Parallel()
	dir, env := place(t, slowFlow)
	out, err := onTerminal(t, spindle(t, dir, append(env, "TERM=dumb"), "run", "flow.py"), 80, nil)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if found := moving.FindString(strings.ReplaceAll(out, "\x1b[2J", "")); found != "" {
		t.Errorf("%q on a terminal that knows no escapes:\n%q", found, out)
	}
}

const waitingFlow = `
from metaflow import FlowSpec, step
import time, signal
class Waiting(FlowSpec):
    @step
    def start(self):
        self.kept = 1
        self.next(self.wait)
    @step
    def wait(self):
        STUBBORN
        open("waiting", "w").close()
        time.sleep(60)
        self.next(self.end)
    @step
    def end(self):
        pass
if __name__ == "__main__":
    Waiting()
`

// awaitFile waits for the step to say that it is there.
func awaitFile(t *testing.T, path string) {
	t.Helper()
	for range 600 {
		if _, err := os.Stat(path); err == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%s never came", path)
}

func TestSignals(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		stubborn bool
		signals  []syscall.Signal
		code     int
	}{
		{"ctrl-c", false, []syscall.Signal{syscall.SIGINT}, 130},
		{"term", false, []syscall.Signal{syscall.SIGTERM}, 143},
		{"hangup", false, []syscall.Signal{syscall.SIGHUP}, 143},
		{"twice", true, []syscall.Signal{syscall.SIGINT, syscall.SIGINT}, 130},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			act := "pass"
			if tt.stubborn {
				act = "signal.signal(signal.SIGTERM, signal.SIG_IGN)"
			}
			dir, env := place(t, strings.ReplaceAll(waitingFlow, "STUBBORN", act))
			cmd := spindle(t, dir, env, "run", "flow.py")
			began := time.Time{}
			out, _ := onTerminal(t, cmd, 80, func(*watched) {
				awaitFile(t, filepath.Join(dir, "waiting"))
				began = time.Now()
				for i, sig := range tt.signals {
					if i > 0 {
						time.Sleep(300 * time.Millisecond)
					}
					if err := cmd.Process.Signal(sig); err != nil {
						t.Error(err)
					}
				}
			})
			if code := cmd.ProcessState.ExitCode(); code != tt.code {
				t.Errorf("code %d, want %d\n%s", code, tt.code, out)
			}
			if took := time.Since(began); took > 20*time.Second || len(tt.signals) > 1 && took > 4500*time.Millisecond {
				t.Errorf("it took %v", took)
			}
			if !strings.Contains(out, "Workflow interrupted") || strings.LastIndex(out, "\x1b[?25h") < strings.LastIndex(out, "\x1b[?25l") {
				t.Errorf("no word, or no cursor:\n%q", out)
			}
			list, err := spindle(t, dir, env, "runs", "flow.py").Output()
			if err != nil || !strings.Contains(string(list), "\tinterrupted\t") {
				t.Errorf("%v: %s", err, list)
			}
		})
	}
}

// Ctrl-Z leaves a terminal that can be typed on, and the picture comes back afterwards.
func TestSuspend(t *testing.T) {
	t.Parallel()
	dir, env := place(t, strings.ReplaceAll(waitingFlow, "STUBBORN", "pass"))
	cmd := spindle(t, dir, env, "run", "flow.py")
	const hide, show = "\x1b[?25l", "\x1b[?25h"
	out, _ := onTerminal(t, cmd, 80, func(shown *watched) {
		send := func(sig syscall.Signal) {
			if err := cmd.Process.Signal(sig); err != nil {
				t.Error(err)
			}
		}
		awaitFile(t, filepath.Join(dir, "waiting"))
		shown.await(t, hide, 1)
		send(syscall.SIGTSTP)
		shown.await(t, show, 1)
		processes.AwaitStopped(t, cmd.Process.Pid) // a SIGCONT that comes before that would be lost
		send(syscall.SIGCONT)
		shown.await(t, hide, 2)
		send(syscall.SIGINT)
	})
	if hidden, shown := strings.Count(out, hide), strings.Count(out, show); hidden != 2 || shown != 2 {
		t.Errorf("the cursor was hidden %d times and shown %d times:\n%q", hidden, shown, out)
	}
}

// A reader that goes away (| head -1) does not take the run with it.
func TestReaderLeaves(t *testing.T) {
	t.Parallel()
	dir, env := place(t, slowFlow)
	cmd := spindle(t, dir, env, "run", "flow.py")
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout = w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	one := make([]byte, 1)
	if _, err := r.Read(one); err != nil {
		t.Fatal(err)
	}
	_ = r.Close()
	if err := cmd.Wait(); err != nil {
		t.Errorf("the run ended with %v", err)
	}
	list, err := spindle(t, dir, env, "runs", "flow.py").Output()
	if err != nil || !strings.Contains(string(list), "\tdone\t") {
		t.Errorf("%v: %s", err, list)
	}
}
