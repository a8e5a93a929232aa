package spin

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// debugpyPython has debugpy: the environment of the kernel's tests.
func debugpyPython(t *testing.T) string {
	t.Helper()
	path := os.Getenv("SPINDLE_JUPYTER")
	if path == "" {
		path, _ = filepath.Abs("../../build/jupyter/bin/python")
	}
	if err := exec.CommandContext(t.Context(), path, "-c", "import debugpy").Run(); err != nil {
		t.Skip("no debugpy: SPINDLE_JUPYTER names an interpreter that has it, and make test sets it")
	}
	return path
}

const debugged = `import numbers_of_mine
from metaflow import FlowSpec, step, timeout

class Debugged(FlowSpec):
    @step
    def start(self):
        self.n = 20
        self.next(self.train)

    @timeout(seconds=1)
    @step
    def train(self):
        double = numbers_of_mine.twice(self.n)
        self.result = double + 2
        self.next(self.end)

    @step
    def end(self):
        pass

if __name__ == "__main__":
    Debugged()
`

// output is what a command has written so far.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer // guarded by mu
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// await waits for a text that matches, and returns its first group.
func (o *output) await(t *testing.T, pattern string) string {
	t.Helper()
	expr := regexp.MustCompile(pattern)
	for t.Context().Err() == nil {
		if m := expr.FindStringSubmatch(o.String()); m != nil {
			return m[1]
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("nothing like %q:\n%s", pattern, o)
	return ""
}

// startDebugged spins train until it waits for a debugger.
func startDebugged(t *testing.T) (p *place, cmd *exec.Cmd, out *output, address string) {
	t.Helper()
	python := debugpyPython(t)
	p = newPlace(t, "debugged")
	for name, text := range map[string]string{"debugged.py": debugged, "numbers_of_mine.py": "def twice(n):\n    result = 2 * n\n    return result\n"} {
		if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd = exec.Command(binary, "--python", python, "spin", "debugged.py", "train", "--bootstrap", "--debugpy", "0")
	cmd.Dir = p.dir
	cmd.Env = append(os.Environ(), "METAFLOW_USER=tester", "SPINDLE_WARM_MINUTES=0", "METAFLOW_DATASTORE_SYSROOT_LOCAL="+p.dir)
	out = &output{}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return p, cmd, out, out.await(t, `Waiting for a debugger to attach to (127\.0\.0\.1:\d+)`)
}

// TestDebugpy: an IDE attaches, stops in the step and in a module of the project, reads what is there, and lets it go on.
func TestDebugpy(t *testing.T) {
	t.Parallel()
	p, cmd, out, address := startDebugged(t)
	d := attach(t, address)
	d.call("initialize", map[string]any{"adapterID": "spindle", "clientID": "test", "linesStartAt1": true, "pathFormat": "path"}, nil)
	attached := d.send("attach", map[string]any{"justMyCode": true, "name": "test", "type": "python", "request": "attach"})
	d.await("initialized", nil)
	for name, text := range map[string]string{"debugged.py": "self.result =", "numbers_of_mine.py": "return result"} {
		var set struct{ Breakpoints []struct{ Verified bool } }
		file := filepath.Join(p.dir, name)
		d.call("setBreakpoints", map[string]any{
			"source": map[string]any{"path": file}, "breakpoints": []any{map[string]any{"line": lineOf(t, file, text)}},
		}, &set)
		if len(set.Breakpoints) != 1 || !set.Breakpoints[0].Verified {
			t.Errorf("breakpoint in %s: %+v", name, set)
		}
	}
	d.call("configurationDone", map[string]any{}, nil)
	d.answer(attached, nil)
	for _, want := range []struct{ function, variable, value string }{{"twice", "result", "40"}, {"train", "double", "40"}} {
		var stopped struct {
			Reason   string
			ThreadID int `json:"threadId"`
		}
		d.await("stopped", &stopped)
		if got := d.look(stopped.ThreadID, want.function, want.variable); stopped.Reason != "breakpoint" || got != want.value {
			t.Errorf("stopped by %s, %s of %s is %q", stopped.Reason, want.variable, want.function, got)
		}
		d.call("continue", map[string]any{"threadId": stopped.ThreadID}, nil)
	}
	d.await("terminated", nil)
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	for _, want := range []string{"result\tint", "@timeout is left out when a step is debugged: train"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("not said: %q\n%s", want, out)
		}
	}
}

// look reads a variable of the innermost frame, which has to be of a function.
func (d *dap) look(thread int, function, variable string) string {
	d.t.Helper()
	var stack struct {
		StackFrames []struct {
			ID   int
			Name string
		}
	}
	d.call("stackTrace", map[string]any{"threadId": thread}, &stack)
	if len(stack.StackFrames) == 0 || stack.StackFrames[0].Name != function {
		d.t.Fatalf("the stack is %+v, want %s", stack, function)
	}
	frame := stack.StackFrames[0].ID
	var scopes struct {
		Scopes []struct{ VariablesReference int }
	}
	d.call("scopes", map[string]any{"frameId": frame}, &scopes)
	var list struct {
		Variables []struct{ Name, Value string }
	}
	d.call("variables", map[string]any{"variablesReference": scopes.Scopes[0].VariablesReference}, &list)
	for _, v := range list.Variables {
		if v.Name == variable {
			return v.Value
		}
	}
	d.t.Fatalf("no variable %s: %+v", variable, list)
	return ""
}

func lineOf(t *testing.T, file, text string) int {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, _, ok := strings.Cut(string(content), text)
	if !ok {
		t.Fatalf("%s has no %q", file, text)
	}
	return strings.Count(before, "\n") + 1
}

// TestDebugpyInterrupted: whoever gives up waiting leaves nothing behind.
func TestDebugpyInterrupted(t *testing.T) {
	t.Parallel()
	_, cmd, out, address := startDebugged(t)
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 130 {
		t.Errorf("exit code %d\n%s", code, out)
	}
	// The adapter, which listens, is a process of its own that has left our group.
	for t.Context().Err() == nil {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return
		}
		_ = conn.Close()
		time.Sleep(20 * time.Millisecond)
	}
}

// TestDebugpyRefused: without debugpy the way out is said before anything runs.
func TestDebugpyRefused(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "linear")
	args := []string{"--python", peerPython(t), "spin", p.file, "start", "--debugpy", "0"}
	out, err := p.try(binary, args...)
	if err == nil || !strings.Contains(out, "-m pip install debugpy") || strings.Contains(out, "Task is starting") {
		t.Errorf("%v\n%s", err, out)
	}
}
