package local_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/local"
	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/tests/processes"
)

func itoa(n int) string { return strconv.Itoa(n) }

func TestEndings(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, l *local.Local) {
		for _, c := range []struct {
			name, code string
			result     string // type of the result, empty for none
			reason     string
		}{
			{"done", `done()`, "done", ""},
			{"failed", `send(type="failed", exception={"type": "ValueError", "message": "no"}); sys.exit(1)`, "failed", ""},
			{"invalid", `send(type="invalid", errors=[{"parameter": "a", "message": "bad"}]); sys.exit(2)`, "invalid", ""},
			{"os._exit", `os._exit(0)`, "", "exited with code 0 without reporting a result"},
			{"exit code", `os._exit(7)`, "", "exited with code 7 without reporting a result"},
			{"segfault", `import ctypes; ctypes.string_at(0)`, "", "killed by SIGSEGV (a segmentation fault) without"},
			{"killed", `os.kill(os.getpid(), 9)`, "", "killed by SIGKILL (by the kernel if memory ran out) without"},
			{"done, then code", `done(); sys.exit(3)`, "done", "exited with code 3 after it had reported success"},
			{"done, then crash", `done(); os.kill(os.getpid(), 11)`, "done", "SIGSEGV (a segmentation fault) after it had reported its result (done)"},
			{"done twice", `done(); done(); time.sleep(100)`, "", `sent "done" after its last message`},
			{"garbage", `raw(b"\xff\x00 hello\n"); time.sleep(100)`, "", "broke off: task protocol: not a message"},
			{"cut off", `raw(b'{"type":"done",'); os._exit(0)`, "", "message cut off"},
			{"no type", `raw(b"{}\n"); time.sleep(100)`, "", "message without type"},
			{"bad result", `send(type="done", artifacts="x"); time.sleep(100)`, "", "done message can't be decoded"},
			{"bad get", `send(type="get", id=1, items=[["a", 1]]); time.sleep(100)`, "", "get message can't be decoded"},
			{"error", `send(type="error", message="out of cheese"); time.sleep(100)`, "", "the process says: out of cheese"},
			{"unknown type", `send(type="sing", id=4); e = recv(); assert e["type"] == "error" and e["re"] == 4; done()`, "done", ""},
		} {
			t.Run(c.name, func(t *testing.T) {
				out, h := run(t, l, c.code)
				got := ""
				if out.Result != nil {
					got = out.Result.Type
				}
				if got != c.result || !strings.Contains(out.Reason, c.reason) || (c.reason == "") != (out.Reason == "") {
					t.Errorf("result %q, reason %q; want %q, %q; stderr %q", got, out.Reason, c.result, c.reason, h.err)
				}
				if out.Succeeded() != (c.result == "done" && c.reason == "") || out.PID != h.pid {
					t.Errorf("outcome = %+v", out)
				}
			})
		}
	})
}

func TestExchange(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, l *local.Local) {
		h := newHandler()
		h.get = func(_ context.Context, items []worker.Item) []worker.ItemValue {
			values := make([]worker.ItemValue, len(items))
			for i, item := range items {
				values[i] = worker.ItemValue{Path: fmt.Sprintf("/%d/%s", item.Input, item.Name), Size: 3}
			}
			return values
		}
		h.store = func(_ context.Context, call string, args json.RawMessage) (any, error) {
			switch call {
			case "echo":
				return args, nil
			case "huge":
				return func() {}, nil // can't be encoded
			case "kind":
				return nil, fmt.Errorf("wrapped: %w", &worker.CallError{Kind: "not_found", Message: "no run 7"})
			default:
				return nil, errors.New("disk on fire")
			}
		}
		out, err := l.Run(t.Context(), spec(`
def call(**m):
    send(**m)
    return recv()
v = call(type="get", id=1, items=[[0, "x"], [3, "y"]])
assert v["type"] == "values" and v["re"] == 1 and [i["path"] for i in v["items"]] == ["/0/x", "/3/y"], v
assert call(type="store", id=2, call="echo", args={"a": 1}) == {"type": "reply", "re": 2, "result": {"a": 1}}
assert call(type="store", id=3, call="kind")["error"] == {"kind": "not_found", "message": "no run 7"}
assert call(type="store", id=4, call="no")["error"] == {"kind": "io", "message": "disk on fire"}
e = call(type="store", id=5, call="huge")
assert e["type"] == "error" and e["re"] == 5, e
for i in range(100): send(type="get", id=i, items=[[i, "z"]])
got = sorted(recv()["re"] for i in range(100))
assert got == list(range(100)), got
assert task["step"] == "s" and task["protocol"] == 1
done(inherit=[[0, ["a"]]])`), h)
		if err != nil || !out.Succeeded() {
			t.Fatalf("outcome = %+v, %v; stderr %s", out, err, strings.Join(h.err, "\n"))
		}
		if diff := cmp.Diff([]worker.Inherited{{Input: 0, Names: []string{"a"}}}, out.Result.Inherit); diff != "" {
			t.Error(diff)
		}
	})
}

func TestOutput(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, l *local.Local) {
		long := `"x" * 10_000_000`
		for _, c := range []struct {
			name, code string
			limit      int64
			check      func(h *handler) bool
		}{
			{"both streams", `print("a"); sys.stdout.flush(); sys.stderr.write("b\nc"); done()`, 0, func(h *handler) bool {
				return cmp.Equal(h.out, []string{"a"}) && cmp.Equal(h.err, []string{"b", "c"})
			}},
			{"after the result", `done(); print("later")`, 0, func(h *handler) bool { return cmp.Equal(h.out, []string{"later"}) }},
			{"invalid UTF-8", `os.write(1, b"\xff\xfe\x00\n\x80"); done()`, 0, func(h *handler) bool {
				return cmp.Equal(h.out, []string{"\xff\xfe\x00", "\x80"})
			}},
			{"10 MB line", `print(` + long + `); print("end"); done()`, 0, func(h *handler) bool {
				return len(h.out) == 2 && len(h.out[0]) == 10_000_000 && h.out[1] == "end"
			}},
			{"10 MB line, limit", `print(` + long + `); print("end"); done()`, 100, func(h *handler) bool {
				return cmp.Equal(h.out, []string{strings.Repeat("x", 100)}) && cmp.Equal(h.truncated, []compute.Stream{compute.Stdout})
			}},
			{"many lines", `print("\n".join(map(str, range(100_000)))); done()`, 0, func(h *handler) bool {
				return len(h.out) == 100_000 && h.out[99_999] == "99999"
			}},
			{"closed", `os.close(1); os.close(2); done(); os._exit(0)`, 0, func(h *handler) bool { return len(h.out) == 0 }},
		} {
			t.Run(c.name, func(t *testing.T) {
				s, h := spec(c.code), newHandler()
				s.LogLimit = c.limit
				out, err := l.Run(t.Context(), s, h)
				if err != nil || !out.Succeeded() || !c.check(h) {
					t.Errorf("outcome = %+v, %v; %d lines of stdout, stderr %.500q, truncated %v", out, err, len(h.out), h.err, h.truncated)
				}
			})
		}
	})
}

// A grandchild keeps everything open and goes on printing: what comes soon after the exit is kept, then the task is over.
func TestGrandchildHoldsPipes(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, l *local.Local) {
		out, h := run(t, l, `
sys.stdout.flush()
r, w = os.pipe()
if os.fork() == 0:
    os.close(w)
    os.read(r, 1)  # until the parent is gone
    os.write(1, b"late\n")
    time.sleep(1000)
done()`)
		if !out.Succeeded() || !cmp.Equal(h.out, []string{"late"}) {
			t.Errorf("outcome = %+v, output %q, %q", out, h.out, h.err)
		}
		if len(processes.Group(t, h.pid)) == 0 {
			t.Error("the grandchild of a task that succeeded was killed")
		}
		_ = syscall.Kill(-h.pid, syscall.SIGKILL)
	})
}

// The same, printing for ever.
func TestGrandchildFloods(t *testing.T) {
	t.Parallel()
	l := startLocal(t, nil)
	s, h := spec(`
if os.fork() == 0:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    while True: os.write(1, b"x" * 1000)
done()`), newHandler()
	s.LogLimit = 100
	out, err := l.Run(t.Context(), s, h)
	if err != nil || !out.Succeeded() {
		t.Errorf("outcome = %+v, %v", out, err)
	}
	processes.AwaitGroupGone(t, h.pid) // of its broken pipe
}

const stubborn = `
signal.signal(signal.SIGTERM, signal.SIG_IGN)
import subprocess
subprocess.Popen(["sh", "-c", "trap '' TERM; while :; do sleep 1; done"])
print("ready"); sys.stdout.flush()
time.sleep(1000)`

func TestFailureTakesChildrenAlong(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, l *local.Local) {
		_, h := run(t, l, `
if os.fork() == 0: time.sleep(1000)
send(type="failed"); sys.exit(1)`)
		processes.AwaitGroupGone(t, h.pid)
	})
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, l *local.Local) {
		s, h := spec(stubborn), newHandler()
		s.Timeout = 1500 * time.Millisecond
		out, err := l.Run(t.Context(), s, h)
		if err != nil || !out.TimedOut || out.Killed || out.Signal != syscall.SIGKILL || out.Reason != "did not end within its timeout of 1.5s and was killed" {
			t.Errorf("outcome = %+v, %v", out, err)
		}
		if !cmp.Equal(h.out, []string{"ready"}) {
			t.Errorf("output = %q %q", h.out, h.err)
		}
		processes.AwaitGroupGone(t, h.pid)
	})
}

func TestCancel(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, l *local.Local) {
		for code, want := range map[string]syscall.Signal{
			stubborn: syscall.SIGKILL,
			`print("ready"); sys.stdout.flush(); time.sleep(1000)`: syscall.SIGTERM,
		} {
			ctx, cancel := context.WithCancel(t.Context())
			h := newHandler()
			h.onLine = func(string) { cancel() }
			out, err := l.Run(ctx, spec(code), h)
			if err != nil || !out.Killed || out.TimedOut || out.Signal != want || out.Reason != "was interrupted" {
				t.Errorf("outcome = %+v, %v", out, err)
			}
			processes.AwaitGroupGone(t, h.pid)
			if out, err := l.Run(ctx, spec(code), h); err != nil || !out.Killed || out.PID != 0 {
				t.Errorf("run with an ended context: %+v, %v", out, err)
			}
		}
	})
}

// A process that asks and never hears: cancelling frees the handler and the process.
func TestCancelDuringCall(t *testing.T) {
	t.Parallel()
	l := startLocal(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	h := newHandler()
	h.get = func(ctx context.Context, _ []worker.Item) []worker.ItemValue {
		cancel()
		<-ctx.Done()
		return nil
	}
	out, err := l.Run(ctx, spec(`send(type="get", id=1, items=[]); recv(); time.sleep(1000)`), h)
	if err != nil || !out.Killed {
		t.Errorf("outcome = %+v, %v", out, err)
	}
}

func TestConcurrent(t *testing.T) {
	t.Parallel()
	l := startLocal(t, nil)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for j := range 10 {
				want := fmt.Sprintf("task %d %d", i, j)
				out, h := run(t, l, `print("`+want+`"); done()`)
				if !out.Succeeded() || !cmp.Equal(h.out, []string{want}) {
					t.Errorf("%s: outcome = %+v, output %q %q", want, out, h.out, h.err)
				}
			}
		})
	}
	wg.Wait()
}

func TestWorkerKilled(t *testing.T) {
	t.Parallel()
	var l *local.Local
	restarted := 0
	l = startLocal(t, func(o *local.Options) {
		first := o.Worker
		t.Cleanup(func() { _ = first.Close() })
		o.Restart = func(context.Context) (*worker.Worker, error) {
			restarted++
			return startWorker(t), nil
		}
	})
	h := newHandler()
	_, err := l.Run(t.Context(), spec(`
if os.fork() == 0: time.sleep(1000)
os.kill(os.getppid(), 9); time.sleep(1000)`), h)
	var death *worker.DeathError
	if !errors.As(err, &death) || death.Exit.Signal != syscall.SIGKILL {
		t.Errorf("error = %v", err)
	}
	processes.AwaitGroupGone(t, h.pid)
	for range 2 {
		if out, _ := run(t, l, "done()"); !out.Succeeded() {
			t.Errorf("after restart: %+v", out)
		}
	}
	if restarted != 1 {
		t.Errorf("restarted %d times", restarted)
	}
}

func TestWorkerKilledNoRestart(t *testing.T) {
	t.Parallel()
	l := startLocal(t, nil)
	_, err := l.Run(t.Context(), spec(`os.kill(os.getppid(), 9); time.sleep(1000)`), newHandler())
	if !errors.As(err, new(*worker.DeathError)) {
		t.Errorf("error = %v", err)
	}
	_, err = l.Run(t.Context(), spec("done()"), newHandler())
	if !errors.As(err, new(*worker.DeathError)) || !strings.Contains(err.Error(), "start task s/1") {
		t.Errorf("next run: %v", err)
	}
}

func TestSpawnFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env    string
		reason string
	}{
		"other version": {`TEST_HELLO={"protocol": 2}`, "speaks 2"},
		"dies":          {`TEST_BEFORE_HELLO=os._exit(9)`, "exited with code 9 without"},
		"silent":        {`TEST_BEFORE_HELLO=time.sleep(1000)`, "no hello from the process within 1s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := program(t)
			p.Env = append(p.Env, c.env)
			l := startLocal(t, func(o *local.Options) { o.Isolation, o.Program, o.StartLimit = local.Spawn, p, time.Second })
			if out, _ := run(t, l, "done()"); !strings.Contains(out.Reason, c.reason) || out.Succeeded() {
				t.Errorf("outcome = %+v", out)
			}
		})
	}
	l := startLocal(t, func(o *local.Options) {
		o.Isolation, o.Program = local.Spawn, worker.Program{Argv: []string{"/no/such/python"}}
	})
	if _, err := l.Run(t.Context(), spec(""), newHandler()); err == nil || !strings.Contains(err.Error(), "/no/such/python") {
		t.Errorf("error = %v", err)
	}
}

func TestIsolationChoice(t *testing.T) {
	t.Parallel()
	w := startWorker(t)
	t.Cleanup(func() { _ = w.Close() })
	unsafe := worker.Isolation{Reason: "2 threads are alive"}
	for name, c := range map[string]struct {
		opts   local.Options
		want   local.Isolation
		reason string
		err    string
	}{
		"safe":              {local.Options{Worker: w, Describes: worker.Isolation{ForkSafe: true}}, local.Fork, "", ""},
		"unsafe":            {local.Options{Worker: w, Describes: unsafe}, local.Spawn, "2 threads are alive", ""},
		"fork all the same": {local.Options{Worker: w, Describes: unsafe, Isolation: local.Fork}, local.Fork, "", ""},
		"spawn":             {local.Options{Worker: w, Isolation: local.Spawn}, local.Spawn, "asked for", ""},
		"no worker":         {local.Options{Program: worker.Program{Argv: []string{"x"}}}, local.Spawn, "the worker can't fork", ""},
		"fork, no worker":   {local.Options{Program: worker.Program{Argv: []string{"x"}}, Isolation: local.Fork}, "", "", "can't fork"},
		"unknown":           {local.Options{Worker: w, Isolation: "magic"}, "", "", `unknown isolation "magic"`},
		"nothing":           {local.Options{}, "", "", "needs a worker or a program"},
	} {
		l, err := local.New(c.opts)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: error %v lacks %q", name, err, c.err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		t.Cleanup(func() { _ = l.Close() })
		if got, reason := l.Isolation(); got != c.want || reason != c.reason {
			t.Errorf("%s: isolation %s because %q", name, got, reason)
		}
	}
}
