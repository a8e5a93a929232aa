package conformance

import (
	"crypto/sha1"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/spindle-flow/spindle/engine/worker"
)

// stored is an artifact as a store would have it.
type stored struct {
	worker.Ref
	file   string
	offset int64
}

// table is what one task has left.
type table struct {
	pathspec, step string
	artifacts      map[string]stored
}

func (b table) input() worker.Input {
	in := worker.Input{Pathspec: b.pathspec, Step: b.step, Artifacts: map[string]worker.Ref{}}
	for name, a := range b.artifacts {
		in.Artifacts[name] = a.Ref
	}
	return in
}

// run is one run of the conformance flow, played step by step.
type run struct {
	t    testing.TB
	at   place
	dir  string
	next int
	told bool // the worker knows that values may come in its last message
	sent int  // values that came so
	// get and store answer the tasks; nil get serves the inputs' values.
	get   func(inputs []table, item worker.Item) worker.ItemValue
	store func(call string, args json.RawMessage) (any, *worker.CallError)
}

func newRun(t testing.TB, at place) *run { return &run{t: t, at: at, dir: t.TempDir()} }

// ending is all there is to know of a task that has ended.
type ending struct {
	worker.Result
	exit
	table
	stdout, stderr string
	gets           []worker.Item
}

func (r *run) task(step string, inputs []table, node worker.Node) worker.Task {
	r.t.Helper()
	r.next++
	scratch := filepath.Join(r.dir, fmt.Sprint(r.next))
	for _, d := range []string{"fast", "spill", "temp"} {
		if err := os.MkdirAll(filepath.Join(scratch, d), 0o700); err != nil {
			r.t.Fatal(err)
		}
	}
	namespace := "user:tester"
	task := worker.Task{
		Type: "task", Protocol: worker.Protocol, Kind: "step", Source: subject(r.t).flow, With: []string{}, Options: map[string]any{},
		Flow: "ConformanceFlow", RunID: "1", Step: step, TaskID: fmt.Sprint(r.next), InputCount: len(inputs), Node: node,
		ForeachStack: []worker.Frame{}, IterationStack: []int{}, Namespace: &namespace, User: "tester", Tags: []string{},
		ParameterNames: []string{"alpha"}, Scratch: filepath.Join(scratch, "fast"), Spill: filepath.Join(scratch, "spill"),
		TempDir: filepath.Join(scratch, "temp"),
	}
	for _, b := range inputs {
		task.Inputs = append(task.Inputs, b.input())
	}
	return task
}

// do runs a task and returns how it ended.
func (r *run) do(task worker.Task, inputs ...table) ending {
	r.t.Helper()
	p := r.at.start(r.t)
	p.send(task)
	e := p.serveAll(r, inputs)
	e.exit = p.exit()
	e.stdout, e.stderr = p.stdout.String(), p.stderr.String()
	e.table = r.tableOf(task, e.Result, inputs)
	return e
}

// serveAll answers a task until its channel ends.
func (p *running) serveAll(r *run, inputs []table) (e ending) {
	r.t.Helper()
	for {
		m, err := p.Read()
		if err != nil {
			return e
		}
		switch m.Type {
		case "get", "store":
			r.answer(p.channel, m, inputs, &e)
		default:
			if e.Result.Type != "" {
				r.t.Errorf("%s came after the last message", m.Line)
			}
			if err := m.Decode(&e.Result); err != nil {
				r.t.Fatal(err)
			}
		}
	}
}

// serve answers a task in the background.
func (p *running) serve(r *run, inputs []table) { go p.serveAll(r, inputs) }

// must is do for a task that has to succeed.
func (r *run) must(task worker.Task, inputs ...table) ending {
	r.t.Helper()
	e := r.do(task, inputs...)
	if e.Result.Type != worker.TypeDone || !e.Success || e.Code != 0 || e.Signal != 0 {
		r.t.Fatalf("%s: result %+v, exit %+v; stderr:\n%s", task.Step, e.Result, e.exit, e.stderr)
	}
	return e
}

func (r *run) answer(c *channel, m worker.Message, inputs []table, e *ending) {
	r.t.Helper()
	if m.Type == "store" {
		var q struct {
			Call string
			Args json.RawMessage
		}
		if err := m.Decode(&q); err != nil {
			r.t.Fatal(err)
		}
		result, fault := r.store(q.Call, q.Args)
		c.send(map[string]any{"type": "reply", "re": m.ID, "result": result, "error": fault})
		return
	}
	q := decode[struct {
		Items  []worker.Item
		Inline int64
	}](r.t, m, "get")
	values := make([]worker.ItemValue, len(q.Items))
	for i, item := range q.Items {
		item.Inline = q.Inline
		if r.get != nil {
			values[i] = r.get(inputs, item)
		} else {
			values[i] = value(inputs, item)
		}
	}
	e.gets = append(e.gets, q.Items...)
	c.send(map[string]any{"type": "values", "re": m.ID, "items": values})
}

// value serves an item from the inputs.
func value(inputs []table, item worker.Item) worker.ItemValue {
	if item.Input >= 0 && item.Input < len(inputs) {
		if a, ok := inputs[item.Input].artifacts[item.Name]; ok {
			return worker.ItemValue{Path: a.file, Offset: a.offset, Size: a.Size, Encoding: a.Encoding}
		}
	}
	return worker.ItemValue{Error: &worker.CallError{Kind: "missing", Message: fmt.Sprintf("input %d has no artifact %q", item.Input, item.Name)}}
}

// tableOf makes a task's table of what its result produces and inherits.
func (r *run) tableOf(task worker.Task, result worker.Result, inputs []table) table {
	r.t.Helper()
	b := table{
		pathspec: fmt.Sprintf("%s/%s/%s", task.RunID, task.Step, task.TaskID), step: task.Step, artifacts: map[string]stored{},
	}
	for _, in := range result.Inherit {
		for _, name := range in.Names {
			a, ok := inputs[in.Input].artifacts[name]
			if !ok {
				r.t.Errorf("%s inherits %q, which its input %d does not have", task.Step, name, in.Input)
			}
			b.artifacts[name] = a
		}
	}
	for _, p := range result.Artifacts {
		b.artifacts[p.Name] = r.stored(task, p)
	}
	return b
}

// stored checks that a produced value lies in the folders given, or came where it was wanted, and keeps it.
func (r *run) stored(task worker.Task, p worker.Produced) stored {
	r.t.Helper()
	if p.File == "" && r.told {
		p.File, p.Offset = r.keep(p), 0
		r.sent++
	} else if dir := filepath.Dir(p.File); dir != task.Scratch && dir != task.Spill {
		r.t.Errorf("artifact %q lies in %s, outside of the scratch folders", p.Name, p.File)
	}
	f, err := os.Open(p.File)
	if err != nil {
		r.t.Fatal(err)
	}
	defer f.Close()
	sum := sha1.New()
	if n, err := io.Copy(sum, io.NewSectionReader(f, p.Offset, p.Size)); err != nil || n != p.Size {
		r.t.Errorf("artifact %q: %d of %d bytes, %v", p.Name, n, p.Size, err)
	}
	ref := worker.Ref{Key: fmt.Sprintf("%x", sum.Sum(nil)), Size: p.Size, Type: p.Type, Encoding: p.Encoding}
	return stored{Ref: ref, file: p.File, offset: p.Offset}
}

// keep writes a value that came in a message to a file, where all others are.
func (r *run) keep(p worker.Produced) string {
	r.t.Helper()
	if int64(len(p.Data)) != p.Size {
		r.t.Errorf("artifact %q has %d bytes, %d were sent", p.Name, p.Size, len(p.Data))
	}
	f, err := os.CreateTemp(r.dir, "sent-")
	if err != nil {
		r.t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(p.Data); err != nil {
		r.t.Fatal(err)
	}
	return f.Name()
}

// parameters runs the run's first task.
func (r *run) parameters(values map[string][]string) ending {
	r.t.Helper()
	task := r.task("_parameters", nil, worker.Node{})
	task.Kind, task.TaskID, task.Values, task.GraphInfo = "parameters", "0", values, json.RawMessage(`{}`)
	return r.do(task)
}

// start runs the first two tasks of the run.
func (r *run) start(values map[string][]string) ending {
	r.t.Helper()
	p := r.parameters(values)
	if p.Result.Type != worker.TypeDone {
		r.t.Fatalf("parameters: %+v; stderr:\n%s", p.Result, p.stderr)
	}
	node := worker.Node{Type: "foreach", Next: []string{"body"}, Foreach: "items"}
	return r.must(r.task("start", []table{p.table}, node), p.table)
}

// first is the table of a start step that was run elsewhere.
func (r *run) first(at place) table {
	r.t.Helper()
	before := r.at
	defer func() { r.at = before }()
	r.at = at
	return r.start(nil).table
}

// act makes a task of the step act, which does what is asked of it.
func (r *run) act(what string) (worker.Task, []table) {
	r.t.Helper()
	inputs := []table{r.start(nil).table}
	task := r.task("act", inputs, worker.Node{Type: "linear", Next: []string{"end"}})
	task.Env = map[string]string{"CONFORMANCE": what}
	return task, inputs
}
