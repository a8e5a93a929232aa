package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/worker"
)

func linear(next ...string) worker.Node { return worker.Node{Type: "linear", Next: next} }

// A whole run: parameters, a foreach, a join, and steps in a row.
func TestRun(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, at place) { newRun(t, at).whole(t) })
}

// whole runs all steps and returns the keys of what the last one has.
func (r *run) whole(t *testing.T) map[string]string {
	t.Helper()
	start := r.start(map[string][]string{"alpha": {"7"}})
	has(t, start.table, "alpha", "x", "items")
	if tr := start.Transition; tr == nil || !slices.Equal(tr.Next, []string{"body"}) || tr.Foreach != "items" || tr.NumSplits != 2 {
		t.Fatalf("transition of start = %+v", tr)
	}
	var bodies []table
	for i := range 2 {
		task := r.task("body", []table{start.table}, linear("join"))
		two := 2
		task.SplitIndex = &i
		task.ForeachStack = []worker.Frame{{Step: "start", Var: "items", NumSplits: &two, Index: i, Value: string(rune('a' + i))}}
		body := r.must(task, start.table)
		has(t, body.table, "alpha", "x", "y")
		if tr := body.Transition; tr == nil || !slices.Equal(tr.Next, []string{"join"}) || tr.NumSplits != 0 {
			t.Errorf("transition of body = %+v", tr)
		}
		bodies = append(bodies, body.table)
	}
	join := r.task("join", bodies, linear("act"))
	join.Join = true
	joined := r.must(join, bodies...)
	has(t, joined.table, "alpha", "x", "ys")
	act := r.must(r.task("act", []table{joined.table}, linear("end")), joined.table)
	end := r.must(r.task("end", []table{act.table}, worker.Node{Type: "end"}), act.table)
	if end.Transition != nil || strings.TrimSpace(end.stdout) != "1 7" {
		t.Errorf("end: transition %+v, printed %q", end.Transition, end.stdout)
	}
	if e := end.exit; e.Signal != 0 || e.Code != 0 {
		t.Errorf("exit = %+v", e)
	}
	keys := map[string]string{}
	for name, a := range end.artifacts {
		if !strings.HasPrefix(name, "_") {
			keys[name] = a.Key
		}
	}
	return keys
}

func has(t testing.TB, b table, names ...string) {
	t.Helper()
	for _, name := range names {
		if a, ok := b.artifacts[name]; !ok || a.Size == 0 || a.Type == "" || a.Encoding == "" {
			t.Errorf("%s: artifact %s = %+v, %v; there are %q", b.pathspec, name, a, ok, slices.Sorted(maps.Keys(b.artifacts)))
		}
	}
}

// Many inputs come in a file.
func TestInputsFile(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, at place) {
		r := newRun(t, at)
		start := r.start(nil)
		task := r.task("body", []table{start.table}, linear("join"))
		zero, two := 0, 2
		task.SplitIndex = &zero
		task.ForeachStack = []worker.Frame{{Step: "start", Var: "items", NumSplits: &two, Value: "a"}}
		body := r.must(task, start.table).table
		inputs := make([]table, 40)
		var file strings.Builder
		for i := range inputs {
			inputs[i] = body
			inputs[i].pathspec = fmt.Sprintf("1/body/%d", 100+i)
			// Each has a value of its own: a worker need not ask twice for one it has read.
			y := body.artifacts["y"]
			y.Key = fmt.Sprintf("%040x", i)
			inputs[i].artifacts = maps.Clone(body.artifacts)
			inputs[i].artifacts["y"] = y
			line, err := json.Marshal(inputs[i].input())
			if err != nil {
				t.Fatal(err)
			}
			file.Write(append(line, '\n'))
		}
		join := r.task("join", inputs, linear("act"))
		join.Join, join.Inputs, join.InputsFile = true, nil, filepath.Join(r.dir, "inputs")
		if err := os.WriteFile(join.InputsFile, []byte(file.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		joined := r.must(join, inputs...)
		asked := map[int]bool{}
		for _, item := range joined.gets {
			if item.Name == "y" {
				asked[item.Input] = true
			}
		}
		if len(asked) != len(inputs) {
			t.Errorf("y was asked for from %d of %d inputs", len(asked), len(inputs))
		}
		has(t, joined.table, "ys", "x")
	})
}

// A worker asks for what a step reads, not for what it passes on.
func TestInputsAreLazy(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, at place) {
		r := newRun(t, at)
		task, inputs := r.act("nothing")
		e := r.must(task, inputs...)
		for _, item := range e.gets {
			if item.Name == "x" || item.Name == "items" {
				t.Errorf("%q was asked for", item.Name)
			}
		}
		has(t, e.table, "x", "items")
	})
}

func TestGetFails(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, at place) {
		for _, kind := range []string{"missing", "corrupt", "io"} {
			r := newRun(t, at)
			task, inputs := r.act("read")
			r.get = func(inputs []table, item worker.Item) worker.ItemValue {
				if item.Name == "x" {
					return worker.ItemValue{Error: &worker.CallError{Kind: kind, Message: "the value of x is lost in space"}}
				}
				return value(inputs, item)
			}
			e := r.do(task, inputs...)
			failed(t, e)
			if kind != "missing" && !strings.Contains(e.Exception.Message, "lost in space") {
				t.Errorf("%s: exception = %+v", kind, e.Exception)
			}
		}
	})
}

// failed checks a failure that the worker has reported.
func failed(t testing.TB, e ending) {
	t.Helper()
	if e.Result.Type != worker.TypeFailed || e.Exception == nil || e.Exception.Type == "" || e.Code != 1 {
		t.Fatalf("result = %+v, exit %+v; stderr:\n%s", e.Result, e.exit, e.stderr)
	}
}

// Temporary files are the worker's to delete.
func TestTemporaryValue(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, at place) {
		r := newRun(t, at)
		task, inputs := r.act("read")
		var copies []string
		r.get = func(inputs []table, item worker.Item) worker.ItemValue {
			v := value(inputs, item)
			if v.Error != nil {
				return v
			}
			all, err := os.ReadFile(v.Path)
			if err != nil {
				t.Error(err)
			}
			file := filepath.Join(r.dir, fmt.Sprintf("copy-%d", len(copies)))
			if err := os.WriteFile(file, all[v.Offset:v.Offset+v.Size], 0o600); err != nil {
				t.Error(err)
			}
			copies = append(copies, file)
			return worker.ItemValue{Path: file, Size: v.Size, Encoding: v.Encoding, Temporary: true}
		}
		has(t, r.must(task, inputs...).table, "read")
		if len(copies) == 0 {
			t.Error("nothing was read")
		}
		for _, file := range copies {
			if _, err := os.Stat(file); err == nil {
				t.Errorf("%s is still there", file)
			}
		}
	})
}

func TestStore(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, at place) {
		r := newRun(t, at)
		var calls []string
		found := true
		r.store = func(call string, args json.RawMessage) (any, *worker.CallError) {
			calls = append(calls, call)
			switch call {
			case "provider", "use":
				return map[string]string{"metadata": "local@/x", "default": "local@/x"}, nil
			case "object":
				if !found {
					return nil, &worker.CallError{Kind: "not_found", Message: "there is no such run anywhere"}
				}
				return map[string]any{
					"kind": "run", "pathspec": "ConformanceFlow/1", "id": "1", "created_at": 1795219783672, "user_tags": []string{}, "system_tags": []string{},
				}, nil
			default:
				return []any{}, nil
			}
		}
		task, inputs := r.act("client")
		has(t, r.must(task, inputs...).table, "found")
		if !slices.Contains(calls, "object") {
			t.Errorf("calls = %q", calls)
		}
		found = false
		failed(t, r.do(task, inputs...))
	})
}

func TestFailure(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, at place) {
		r := newRun(t, at)
		task, inputs := r.act("fail")
		e := r.do(task, inputs...)
		failed(t, e)
		if e.Exception.Message != "conformance failure" || !strings.Contains(e.stderr, "conformance failure") {
			t.Errorf("exception = %+v, stderr %q", e.Exception, e.stderr)
		}
		has(t, e.table, "x")
	})
}

func TestCrash(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, at place) {
		r := newRun(t, at)
		task, inputs := r.act("crash")
		if e := r.do(task, inputs...); e.Result.Type != "" || e.Code != 9 {
			t.Errorf("result = %+v, exit %+v", e.Result, e.exit)
		}
	})
}

func TestKilled(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, at place) {
		r := newRun(t, at)
		task, inputs := r.act("hang")
		p := at.start(t)
		p.send(task)
		p.serve(r, inputs)
		p.stdout.await(t, "hanging\n")
		kill(p.pid)
		if e := p.exit(); e.Signal != int(syscall.SIGKILL) {
			t.Errorf("exit = %+v", e)
		}
	})
}

func TestOutput(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, at place) {
		r := newRun(t, at)
		task, inputs := r.act("print")
		e := r.must(task, inputs...)
		if e.stdout != "out \xff\nno newline" || e.stderr != "err\n" {
			t.Errorf("printed %q and %q", e.stdout, e.stderr)
		}
	})
}

func TestInvalidParameters(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, at place) {
		r := newRun(t, at)
		e := r.parameters(map[string][]string{"alpha": {"many"}})
		if e.Result.Type != worker.TypeInvalid || e.Code != 2 || len(e.Errors) != 1 || e.Errors[0].Parameter != "alpha" || e.Errors[0].Message == "" {
			t.Errorf("result = %+v, exit %+v; stderr:\n%s", e.Result, e.exit, e.stderr)
		}
		good := r.parameters(nil)
		if diff := cmp.Diff(worker.TypeDone, good.Result.Type); diff != "" {
			t.Error(diff)
		}
		has(t, good.table, "alpha")
	})
}

// A task that is no task ends the process, and not well.
func TestTaskGarbage(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, at place) {
		for _, garbage := range []string{"hello\n", `{"type":"dance"}` + "\n", `{"type":"task","protocol":4711}` + "\n", "{\"type\":\"ta"} {
			p := at.start(t)
			p.raw(garbage)
			shut(t, p)
			if e := p.exit(); e.Code == 0 && e.Signal == 0 {
				t.Errorf("%q: exit = %+v", garbage, e)
			}
		}
	})
}

// shut ends what the engine says, while it still listens.
func shut(t testing.TB, p *running) {
	t.Helper()
	raw, err := p.sock.File().SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	if err := raw.Control(func(fd uintptr) { _ = syscall.Shutdown(int(fd), syscall.SHUT_WR) }); err != nil {
		t.Fatal(err)
	}
}
