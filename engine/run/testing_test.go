package run_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/plain"
	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/scratch"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/run"
	"github.com/spindle-flow/spindle/engine/worker"
)

// The tests of this file's kind run flows whose steps are Go functions, with everything else real: the store, the metadata, the disk.

// body is what a step does.
type body func(t *goTask) error

// goTask is one task as its body sees it.
type goTask struct {
	ctx    context.Context
	spec   worker.Task
	h      compute.Handler
	inputs []worker.Input
	values map[string]any
	next   *worker.Transition
	tells  bool
}

// get reads an artifact of an input, as a worker would.
func (t *goTask) get(input int, name string) (any, error) {
	item := worker.Item{Input: input, Name: name}
	if t.tells {
		item.Inline = 32 << 10
	}
	v := t.h.Get(t.ctx, []worker.Item{item})[0]
	if v.Error != nil {
		return nil, v.Error
	}
	if v.Path == "" {
		return plain.Decode(v.Data)
	}
	raw, err := os.ReadFile(v.Path)
	if err != nil {
		return nil, err
	}
	return plain.Decode(raw[v.Offset : v.Offset+v.Size])
}

func (t *goTask) set(name string, value any) { t.values[name] = value }

func (t *goTask) print(text string) { t.h.Line(compute.Stdout, time.Unix(1, 0), []byte(text)) }

func (t *goTask) index() int {
	if t.spec.SplitIndex == nil {
		return -1
	}
	return *t.spec.SplitIndex
}

func (t *goTask) to(steps ...string) { t.next = &worker.Transition{Next: steps} }

func (t *goTask) foreach(step string, items ...string) {
	t.next = &worker.Transition{Next: []string{step}, Foreach: "items", NumSplits: len(items), Values: items}
}

func (t *goTask) parallel(step string, n int) {
	t.next = &worker.Transition{Next: []string{step}, Foreach: "_parallel_ubf_iter", Parallel: n}
}

// goCompute runs tasks as Go functions. It remembers which ran.
type goCompute struct {
	steps map[string]body
	pids  atomic.Int64
	tells bool // values travel in messages, as those of flows in Go

	mu  sync.Mutex
	ran []string // step[indices][iterations].attempt
}

func (g *goCompute) note(t worker.Task) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ran = append(g.ran, taskKey(t)+fmt.Sprintf(".%d", t.Attempt))
}

func taskKey(t worker.Task) string {
	var b strings.Builder
	b.WriteString(t.Step)
	for _, f := range t.ForeachStack {
		fmt.Fprintf(&b, "[%d]", f.Index)
	}
	for _, i := range t.IterationStack {
		fmt.Fprintf(&b, "<%d>", i)
	}
	return b.String()
}

// crash is how a body says that its process dies without a word.
type crash struct{ outcome compute.Outcome }

func (crash) Error() string { return "crash" }

// final is a failure that may not be retried.
type final struct{ error }

// Run implements [compute.Compute].
func (g *goCompute) Run(ctx context.Context, spec compute.Spec, h compute.Handler) (compute.Outcome, error) {
	pid := int(g.pids.Add(1))
	h.Started(pid)
	t := &goTask{ctx: ctx, spec: *spec.Task, h: h, values: map[string]any{}, tells: g.tells}
	if spec.Task.Kind == "parameters" {
		return parametersOutcome(t)
	}
	g.note(*spec.Task)
	if err := t.readInputs(); err != nil {
		return compute.Outcome{}, err
	}
	err := g.steps[spec.Task.Step](t)
	var dead crash
	if errors.As(err, &dead) {
		return dead.outcome, nil
	}
	if err != nil && ctx.Err() != nil {
		return compute.Outcome{Killed: true, Reason: "killed"}, nil
	}
	out := compute.Outcome{PID: pid, Result: &worker.Result{Type: worker.TypeDone, Success: true, Transition: t.next}}
	t.values["_task_ok"], t.values["_success"] = err == nil, err == nil
	if err != nil {
		var f final
		retry := !errors.As(err, &f)
		out.Result = &worker.Result{Type: worker.TypeFailed, Retry: &retry, Exception: &worker.Exception{Type: "ValueError", Message: err.Error()}}
		out.ExitCode = 1
	}
	return out, t.finish(out.Result)
}

func parametersOutcome(t *goTask) (compute.Outcome, error) {
	res := &worker.Result{Type: worker.TypeDone, Success: true}
	for name, v := range t.spec.Values {
		if v[0] == "bad" {
			res.Type = worker.TypeInvalid
			res.Errors = append(res.Errors, worker.Invalid{Parameter: name, Message: "is bad"})
		}
		t.set(name, v[0])
	}
	if res.Type == worker.TypeInvalid {
		slices.SortFunc(res.Errors, func(a, b worker.Invalid) int { return strings.Compare(a.Parameter, b.Parameter) })
		return compute.Outcome{Result: res, ExitCode: 2}, nil
	}
	t.set("name", t.spec.Flow)
	t.set("_task_ok", true)
	t.set("_success", true)
	t.set("_transition", nil)
	t.set("_foreach_stack", []any{})
	return compute.Outcome{Result: res}, t.write(res)
}

func (t *goTask) readInputs() error {
	t.inputs = t.spec.Inputs
	if t.spec.InputsFile == "" {
		return nil
	}
	f, err := os.Open(t.spec.InputsFile)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var in worker.Input
		if err := json.Unmarshal(lines.Bytes(), &in); err != nil {
			return err
		}
		t.inputs = append(t.inputs, in)
	}
	return lines.Err()
}

// finish adds the engine's own artifacts, as the Python worker does, and writes all.
func (t *goTask) finish(res *worker.Result) error {
	t.set("_current_step", t.spec.Step)
	t.set("_foreach_stack", t.spec.ForeachStack)
	iterations := []any{}
	for _, i := range t.spec.IterationStack {
		iterations = append(iterations, i)
	}
	t.set("_iteration_stack", iterations)
	t.set("_transition", nil)
	t.set("_foreach_num_splits", nil)
	if n := t.next; n != nil {
		pair := plain.Tuple{n.Next, nil}
		if n.Foreach != "" {
			pair[1] = n.Foreach
			t.set("_foreach_num_splits", n.NumSplits)
			t.set("_foreach_values", n.Values)
		}
		if n.Parallel > 0 {
			t.set("_parallel_ubf_iter", n.Parallel)
		}
		t.set("_transition", pair)
	}
	var names []string
	for name := range t.inputs[0].Artifacts {
		if _, own := t.values[name]; !own && (len(t.inputs) == 1 || name == "name") {
			names = append(names, name)
		}
	}
	res.Inherit = []worker.Inherited{{Input: 0, Names: names}}
	return t.write(res)
}

func (t *goTask) write(res *worker.Result) error {
	if t.tells {
		return t.tell(res)
	}
	f, err := os.Create(filepath.Join(t.spec.Scratch, "values"))
	if err != nil {
		return err
	}
	var offset int64
	for name, v := range t.values {
		raw, err := pickle(name, v)
		if err != nil {
			return err
		}
		if _, err := f.Write(raw); err != nil {
			return err
		}
		res.Artifacts = append(res.Artifacts, worker.Produced{Name: name, Type: "<class 'x'>", Encoding: "pickle-v4", File: f.Name(), Offset: offset, Size: int64(len(raw))})
		offset += int64(len(raw))
	}
	return f.Close()
}

func (t *goTask) tell(res *worker.Result) error {
	for name, v := range t.values {
		raw, err := pickle(name, v)
		if err != nil {
			return err
		}
		res.Artifacts = append(res.Artifacts, worker.Produced{Name: name, Type: "<class 'x'>", Encoding: "pickle-v4", Size: int64(len(raw)), Data: raw})
	}
	return nil
}

func pickle(name string, v any) ([]byte, error) {
	if frames, ok := v.([]worker.Frame); ok {
		return pickleFrames(frames), nil
	}
	if n, ok := v.(int); ok && name == "_parallel_ubf_iter" {
		return append([]byte("\x80\x04\x8c\x12metaflow.flowspec\x94\x8c\x0bParallelUBF\x94\x93)\x81}\x8c\x0cnum_parallel\x94K"), byte(n), 's', 'b', '.'), nil
	}
	return plain.Encode(v)
}

// pickleFrames writes a list of ForeachFrame the old way, opcode by opcode.
func pickleFrames(frames []worker.Frame) []byte {
	b := []byte("\x80\x02]")
	for _, f := range frames {
		b = append(b, "c__main__\nForeachFrame\n("...)
		b = appendText(appendText(b, f.Step), f.Var)
		b = append(b, 'N')
		if f.NumSplits != nil {
			b = appendInt(b[:len(b)-1], *f.NumSplits)
		}
		b = appendText(appendInt(b, f.Index), f.Value)
		b = append(b, "t\x81a"...)
	}
	return append(b, '.')
}

func appendText(b []byte, s string) []byte {
	return append(binary.LittleEndian.AppendUint32(append(b, 'X'), uint32(len(s))), s...)
}

func appendInt(b []byte, n int) []byte {
	return binary.LittleEndian.AppendUint32(append(b, 'J'), uint32(n))
}

// recorder keeps the events of a run as short texts.
type recorder struct {
	mu     sync.Mutex
	events []run.Event
}

func (r *recorder) Event(e run.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
}

// stepOf is a step of a test's flow.
func stepOf(name string, kind graph.Kind, next ...string) *graph.Step {
	s := &graph.Step{Name: name, Args: []graph.Arg{{Name: "self"}}}
	if len(next) > 0 {
		s.Next = &graph.Transition{Kind: kind}
		for i, n := range next {
			s.Next.Targets = append(s.Next.Targets, graph.Target{Step: n, Case: fmt.Sprint(i)})
		}
	}
	if kind == graph.Foreach {
		s.Next.Foreach = "items"
	}
	return s
}

func joinOf(name string, next ...string) *graph.Step {
	s := stepOf(name, graph.Linear, next...)
	s.Args = append(s.Args, graph.Arg{Name: "inputs"})
	return s
}

// config is a run of a flow below a folder.
func config(root string, c compute.Compute, steps ...*graph.Step) run.Config {
	group := disk.NewGroup(root, disk.Options{Sync: disk.SyncNone})
	d := &worker.Description{Name: "TestFlow", File: "/x/flow.py"}
	for _, s := range steps {
		d.Steps = append(d.Steps, worker.DescribedStep{Name: s.Name})
	}
	return run.Config{
		Graph:       graph.New(&graph.Flow{Name: "TestFlow", File: "/x/flow.py", Steps: steps}),
		Description: d,
		Store:       artifact.Open(root, artifact.Options{Group: group}),
		Metadata:    metadata.NewLocal(root, metadata.Options{User: "tester", Group: group}),
		Group:       group,
		Compute:     c,
		System:      metadata.System{User: "tester", PythonVersion: "3.11.7", Version: "2.19.38"},
		Scratch:     filepath.Dir(root),
		StopGrace:   time.Millisecond,
	}
}

// storeRoot is a new store, in memory where possible: making and removing thousands of files is slow on a disk.
func storeRoot(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp(scratch.Base(t.TempDir(), scratch.Shared), "run-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return filepath.Join(dir, ".metaflow")
}

func mustRun(t testing.TB, cfg run.Config) run.Summary {
	t.Helper()
	s, err := run.Run(t.Context(), cfg)
	if err != nil {
		t.Fatalf("run: %v", err)
	}
	return s
}

// readState reads a run's state file.
func readState(t testing.TB, cfg run.Config, id string) run.State {
	t.Helper()
	text, err := os.ReadFile(run.StateFile(cfg.Store.Root(), "TestFlow", id))
	if err != nil {
		t.Fatal(err)
	}
	var s run.State
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	return s
}
