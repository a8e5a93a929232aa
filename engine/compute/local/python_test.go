package local_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/local"
	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/tests/processes"
)

// The tests in this file run the Python worker of this repository.

func absolute(t testing.TB, path string) string {
	t.Helper()
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}

func pythonProgram(t testing.TB, env ...string) worker.Program {
	t.Helper()
	p := program(t)
	src := absolute(t, "../../../python/src")
	if _, err := os.Stat(filepath.Join(src, "spindle/worker/__main__.py")); err != nil {
		t.Skipf("no Python worker: %v", err)
	}
	return worker.Program{
		Argv: []string{p.Argv[0], "-m", "spindle.worker"},
		Env:  append(append(p.Env, "PYTHONPATH="+src, "METAFLOW_USER=tester"), env...),
	}
}

// startPython starts a Local on a worker that has described testdata/flow.py.
func startPython(t testing.TB, change func(*local.Options)) *local.Local {
	t.Helper()
	w, err := worker.Start(t.Context(), worker.Options{Program: pythonProgram(t)})
	if err != nil {
		t.Fatal(err)
	}
	d, err := w.Describe(t.Context(), worker.DescribeRequest{Source: absolute(t, "testdata/flow.py"), With: []string{}, Options: map[string]any{}})
	if err != nil {
		_ = w.Close()
		t.Fatal(err)
	}
	return startLocal(t, func(o *local.Options) {
		_ = o.Worker.Close()
		o.Worker, o.Describes = w, d.Isolation
		change(o)
	})
}

func eachWayPython(t *testing.T, test func(t *testing.T, l *local.Local)) {
	t.Helper()
	for _, way := range []local.Isolation{local.Fork, local.Spawn} {
		t.Run(string(way), func(t *testing.T) {
			t.Parallel()
			test(t, startPython(t, func(o *local.Options) { o.Isolation = way }))
		})
	}
}

func pythonSpec(t testing.TB, step, act string) compute.Spec {
	t.Helper()
	namespace := "user:tester"
	return compute.Spec{Task: &worker.Task{
		Kind: "step", Source: absolute(t, "testdata/flow.py"), With: []string{}, Options: map[string]any{}, Flow: "ActFlow", RunID: "1", Step: step,
		TaskID: "1", Node: worker.Node{Type: "linear", Next: []string{"end"}}, ForeachStack: []worker.Frame{}, IterationStack: []int{},
		Namespace: &namespace, User: "tester", Tags: []string{}, ParameterNames: []string{},
		Scratch: t.TempDir(), Spill: t.TempDir(), TempDir: t.TempDir(), Env: map[string]string{"ACT": act},
	}}
}

func TestPythonEndings(t *testing.T) {
	t.Parallel()
	eachWayPython(t, func(t *testing.T, l *local.Local) {
		for _, c := range []struct{ act, result, reason string }{
			{"", "done", ""},
			{"raise ValueError('no')", "failed", ""},
			{"sys.exit(3)", "failed", ""},
			{"os._exit(0)", "", "exited with code 0 without reporting a result"},
			{"os.kill(os.getpid(), 9)", "", "killed by SIGKILL"},
			{"import ctypes; ctypes.string_at(0)", "", "a segmentation fault"},
			{"os.close(1)", "done", ""},
			{"import threading; threading.Thread(target=time.sleep, args=(0.05,)).start()", "done", ""},
			{"os.fork() or os._exit(0)", "done", ""},
			{"self.bad = (i for i in [])", "failed", ""},
		} {
			h := newHandler()
			out, err := l.Run(t.Context(), pythonSpec(t, "start", c.act), h)
			got := ""
			if out.Result != nil {
				got = out.Result.Type
			}
			if err != nil || got != c.result || !strings.Contains(out.Reason, c.reason) || (c.reason == "") != (out.Reason == "") {
				t.Errorf("%s: result %q, reason %q, %v; stderr:\n%s", c.act, got, out.Reason, err, strings.Join(h.err, "\n"))
			}
		}
	})
}

func TestPythonOutput(t *testing.T) {
	t.Parallel()
	eachWayPython(t, func(t *testing.T, l *local.Local) {
		h := newHandler()
		out, err := l.Run(t.Context(), pythonSpec(t, "start", `
os.write(1, b"\xff\xfe\n")
print("a"); os.system("echo b"); print("c", file=sys.stderr)
import atexit; atexit.register(print, "at exit", end="")`), h)
		if err != nil || !out.Succeeded() || !cmp.Equal(h.out, []string{"\xff\xfe", "a", "b", "at exit"}) || !cmp.Equal(h.err, []string{"c"}) {
			t.Errorf("outcome = %+v, %v; output %q, %q", out, err, h.out, h.err)
		}
	})
}

// A step's own timeout comes first and is an ordinary failure; what does not heed it is killed.
func TestPythonTimeout(t *testing.T) {
	t.Parallel()
	eachWayPython(t, func(t *testing.T, l *local.Local) {
		s, h := pythonSpec(t, "slow", "time.sleep(1000)"), newHandler()
		s.Timeout = time.Second
		out, err := l.Run(t.Context(), s, h)
		if err != nil || out.TimedOut || out.Result == nil || out.Result.Type != worker.TypeFailed || !strings.Contains(out.Result.Exception.Message, "timed out") {
			t.Errorf("outcome = %+v, %v; stderr %q", out, err, h.err)
		}
	})
	l := startPython(t, func(o *local.Options) { o.TimeoutGrace = time.Second })
	s := pythonSpec(t, "slow", "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM, signal.SIGTERM]); time.sleep(1000)")
	s.Timeout = time.Second
	h := newHandler()
	out, err := l.Run(t.Context(), s, h)
	if err != nil || !out.TimedOut || out.Succeeded() {
		t.Errorf("outcome = %+v, %v; stderr %q", out, err, h.err)
	}
	processes.AwaitGroupGone(t, h.pid)
}

func TestPythonInterrupt(t *testing.T) {
	t.Parallel()
	eachWayPython(t, func(t *testing.T, l *local.Local) {
		ctx, cancel := context.WithCancel(t.Context())
		h := newHandler()
		h.onLine = func(string) { cancel() }
		out, err := l.Run(ctx, pythonSpec(t, "start", `
subprocess.Popen(["sleep", "1000"])
print("ready"); time.sleep(1000)`), h)
		if err != nil || !out.Killed || out.Reason != "was interrupted" {
			t.Errorf("outcome = %+v, %v; stderr %q", out, err, h.err)
		}
		processes.AwaitGroupGone(t, h.pid)
	})
}

func TestPythonWorkerKilled(t *testing.T) {
	t.Parallel()
	l := startPython(t, func(*local.Options) {})
	h := newHandler()
	_, err := l.Run(t.Context(), pythonSpec(t, "start", "subprocess.Popen(['sleep', '1000']); os.kill(os.getppid(), 9); time.sleep(1000)"), h)
	if !errors.As(err, new(*worker.DeathError)) {
		t.Errorf("error = %v", err)
	}
	processes.AwaitGroupGone(t, h.pid)
}

func TestPythonHangsAtImport(t *testing.T) {
	t.Parallel()
	w, err := worker.Start(t.Context(), worker.Options{Program: pythonProgram(t, "HANG_AT_IMPORT=1"), Limit: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	source := absolute(t, "testdata/flow.py")
	_, err = w.Describe(t.Context(), worker.DescribeRequest{Source: source, With: []string{}, Options: map[string]any{}})
	var fault *worker.FlowError
	if !errors.As(err, &fault) || fault.Kind != worker.KindHang || fault.File != source || fault.Line != 11 {
		t.Errorf("error = %+v", err)
	}
}

func TestPythonEngineKilled(t *testing.T) {
	t.Parallel()
	for _, way := range []local.Isolation{local.Fork, local.Spawn} {
		t.Run(string(way), func(t *testing.T) {
			t.Parallel()
			killEngine(t, engine{Program: pythonProgram(t), Isolation: way, Spec: pythonSpec(t, "start", `
subprocess.Popen(["sleep", "1000"])
print("ready"); time.sleep(1000)`)})
		})
	}
}
