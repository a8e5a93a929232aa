package lastrun

import (
	"context"
	"strings"
	"sync"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/plain"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// Value is an artifact as a task left it.
type Value struct {
	Step  string
	Tasks int    // how many tasks the step has; the value is the first one's
	Type  string // the name of its Python type, with the module for one that is not built in
	Size  int64  // in bytes, as stored
	Text  string // a short form; empty for a value that can't be shown without running code
}

// shown is the size up to which a value is read to be shown.
const shown = 64 << 10

// Value returns an artifact as it was at the end of a step, nil where the run has none there.
func (r *Reader) Value(ctx context.Context, run *Run, step, name string) *Value {
	s := run.Step(step)
	if s == nil {
		return nil
	}
	task := artifact.Task{Flow: run.Flow, Run: run.ID, Step: step, Task: s.tasks[0]}
	attempt, err := run.store.files.LatestDone(task)
	if err != nil {
		return nil
	}
	data, err := run.store.files.Data(task, attempt)
	if err != nil {
		return nil
	}
	ref, ok := data.Objects[name]
	if !ok {
		return nil
	}
	v := &Value{Step: step, Tasks: s.Tasks, Type: typeName(ref.Type), Size: ref.Size}
	if simple(v.Type) && ref.Size <= shown {
		v.Text = r.values.get(ref.Key, func() string {
			return r.text(ctx, run, metadata.TaskID(task), attempt, name)
		})
	}
	return v
}

func (r *Reader) text(ctx context.Context, run *Run, t metadata.TaskID, attempt int, name string) string {
	raw, err := run.store.history.Bytes(ctx, t, attempt, name)
	if err != nil {
		return ""
	}
	v, err := plain.Decode(raw)
	if err != nil {
		return ""
	}
	return Short(v)
}

// typeName is the name in <class 'name'>.
func typeName(s string) string {
	s = strings.TrimPrefix(s, "<class '")
	return strings.TrimSuffix(s, "'>")
}

// simple reports whether a value of a type may be plain.
func simple(name string) bool {
	switch name {
	case "int", "float", "str", "bool", "NoneType", "list", "tuple", "dict", "bytes":
		return true
	}
	return false
}

// shortForms are the short forms of values by key, which never change.
type shortForms struct {
	mu    sync.Mutex
	texts map[artifact.Key]string // guarded by mu
}

// keptForms bounds how many are kept.
const keptForms = 1000

func (f *shortForms) get(key artifact.Key, read func() string) string {
	f.mu.Lock()
	text, ok := f.texts[key]
	f.mu.Unlock()
	if ok {
		return text
	}
	text = read()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.texts == nil || len(f.texts) >= keptForms {
		f.texts = map[artifact.Key]string{}
	}
	f.texts[key] = text
	return text
}
