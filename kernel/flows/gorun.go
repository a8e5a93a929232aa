package flows

import (
	"context"
	"encoding/json"
	"fmt"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	source "github.com/spindle-flow/spindle/engine/source/golang"
	"github.com/spindle-flow/spindle/flow/names"
	"github.com/spindle-flow/spindle/kernel/cells"
)

// Evaluation is a cell that is to be built and run.
type Evaluation struct {
	Dir   string            // the package's folder
	Texts map[string][]byte // what stands in place of files, and what comes to them
	// Cell is what the process is given, as package flow reads it, and Results the folder that it writes into.
	Cell    []byte
	Results string
}

// given is what the process of a cell is told, as JSON.
type given struct {
	Pathspec  string                 `json:"pathspec"`
	Artifacts map[string]givenObject `json:"artifacts"`
	Results   string                 `json:"results"`
}

type givenObject struct {
	Path     string `json:"path"`
	Offset   int64  `json:"offset"`
	Size     int64  `json:"size"`
	Encoding string `json:"encoding"`
}

// outcome is what the process of a cell has left in its folder.
type outcome struct {
	Shown map[string]any `json:"shown"` // by kind of content, empty for nothing
	Set   []struct {
		Name     string `json:"name"`
		File     string `json:"file"`
		Size     int64  `json:"size"`
		Encoding string `json:"encoding"`
	} `json:"set"`
	Error *struct {
		Type, Message, Trace string
	} `json:"error"`
}

// goState is what cells of Go have set of the newest task's fields. It is theirs alone, and gone when another task is the newest.
type goState struct {
	task string
	set  map[string]givenObject
	dirs []string // where the values are
}

// runGo builds the program of a cell and runs it.
func (r *Runner) runGo(ctx context.Context, g *goCell, s *Source, c cells.Cell, st *stage) error {
	dir, err := os.MkdirTemp(r.temp, "spindle-cell-")
	if err != nil {
		return fmt.Errorf("make a folder for the cell's values: %w", err)
	}
	keep := false
	defer func() {
		if !keep {
			_ = os.RemoveAll(dir)
		}
	}()
	about, done, err := r.selfOf(ctx, s, g, dir)
	if err != nil {
		return err
	}
	defer done()
	data, err := json.Marshal(about)
	if err != nil {
		return err
	}
	texts := map[string][]byte{}
	for file, t := range g.texts {
		texts[file] = []byte(t.Build(func(from string) string { return from }))
	}
	ran := r.host.Evaluate(ctx, Evaluation{Dir: g.book.dir, Texts: texts, Cell: data, Results: dir}, st)
	var o outcome
	if raw, err := os.ReadFile(filepath.Join(dir, "outcome.json")); err == nil {
		if err := json.Unmarshal(raw, &o); err != nil {
			return fmt.Errorf("the cell's process left nonsense: %w", err)
		}
	}
	keep = r.setGo(about.Pathspec, dir, o)
	if len(o.Shown) > 0 {
		st.out.Publish("execute_result", map[string]any{"data": o.Shown, "metadata": map[string]any{}, "execution_count": c.Count})
	}
	if ran == nil || ctx.Err() != nil {
		return ran
	}
	if o.Error != nil {
		return &panicError{o.Error.Type, o.Error.Message, st.inCells(o.Error.Trace)}
	}
	return compileFaults(ran, g.book.dir)
}

// panicError is a cell that failed while it ran.
type panicError struct{ kind, message, trace string }

// Error is what a frontend shows in one line.
func (e *panicError) Error() string { return e.message }

// show shows the failure with its stack.
func (e *panicError) show(out cells.Output) cells.Outcome {
	o := cells.Outcome{Status: "error", Name: e.kind, Value: e.message, Traceback: []string{e.kind + ": " + e.message}}
	if trace := strings.TrimSpace(strings.TrimPrefix(e.trace, "panic: "+e.message)); trace != "" {
		o.Traceback = append(o.Traceback, strings.Split(trace, "\n")...)
	}
	out.Publish("error", map[string]any{"ename": o.Name, "evalue": o.Value, "traceback": o.Traceback})
	return o
}

// selfOf is what the cell's process is told: the newest task, and where the values are of its artifacts that the cell may use.
func (r *Runner) selfOf(ctx context.Context, s *Source, g *goCell, dir string) (*given, func(), error) {
	about := &given{Artifacts: map[string]givenObject{}, Results: dir}
	standing, done, err := r.look(ctx)
	if err != nil {
		return nil, nil, err
	}
	if standing.Newest == nil {
		return about, done, nil
	}
	t := standing.Newest
	about.Pathspec = s.Flow.Name + "/" + t.Pathspec()
	wanted := g.wanted()
	for name, ref := range t.Objects {
		if strings.HasPrefix(name, "_") || !wanted(name) {
			continue
		}
		v, err := t.Materialize(ctx, s.Flow.Name, ref.Key, dir)
		if err != nil {
			done()
			return nil, nil, fmt.Errorf("artifact %q of %s: %w", name, t.Pathspec(), err)
		}
		about.Artifacts[name] = givenObject{v.Path, v.Offset, v.Size, ref.Encoding}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.goState.task == about.Pathspec {
		maps.Copy(about.Artifacts, r.goState.set)
	}
	return about, done, nil
}

// setGo keeps what a cell has set of the newest task's fields, and reports whether that is anything.
func (r *Runner) setGo(task, dir string, o outcome) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.goState.task != task {
		for _, old := range r.goState.dirs {
			_ = os.RemoveAll(old) // what is left goes with the folder of temporary files
		}
		r.goState = goState{task: task, set: map[string]givenObject{}}
	}
	for _, v := range o.Set {
		r.goState.set[v.Name] = givenObject{filepath.Join(dir, v.File), 0, v.Size, v.Encoding}
	}
	if len(o.Set) > 0 {
		r.goState.dirs = append(r.goState.dirs, dir)
	}
	return len(o.Set) > 0
}

// wanted says which artifacts the cell may use: those of the fields of self that it names, or all where it does more with self.
func (g *goCell) wanted() func(artifact string) bool {
	used, all := g.program.UsesOfSelf()
	some := map[string]bool{}
	for _, field := range used {
		name, known := g.fields[field]
		all = all || !known // a method, which may use any
		some[name] = true
	}
	return func(artifact string) bool { return all || some[artifact] }
}

// fieldsOf are the artifacts of a flow's fields, by the names of the fields.
func fieldsOf(p *source.Package, flow string) map[string]string {
	fields := map[string]string{}
	if p == nil || p.Types == nil {
		return fields
	}
	found := p.Types.Scope().Lookup(flow)
	if found == nil {
		return fields
	}
	var add func(t types.Type)
	add = func(t types.Type) {
		s, ok := t.Underlying().(*types.Struct)
		for i := 0; ok && i < s.NumFields(); i++ {
			f := s.Field(i)
			if f.Embedded() {
				add(f.Type())
			} else if _, known := fields[f.Name()]; !known {
				fields[f.Name()] = names.Of(f.Name(), reflect.StructTag(s.Tag(i))).Name
			}
		}
	}
	add(found.Type())
	return fields
}

// Close removes what cells have left on the disk.
func (r *Runner) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, dir := range r.goState.dirs {
		_ = os.RemoveAll(dir) // what is left goes with the folder of temporary files
	}
}
