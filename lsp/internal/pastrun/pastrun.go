// Package pastrun writes the run of a flow into a store for tests, with the engine's own writers.
package pastrun

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/plain"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// Run is a run to write. As JSON it is a file of a text case.
type Run struct {
	Flow  string `json:"flow"`
	ID    string `json:"id"`
	Steps []Step `json:"steps"` // in the order they ran
}

// Step is one step of it.
type Step struct {
	Name string `json:"name"`
	// Tasks are the artifacts of each of its tasks.
	Tasks []map[string]any `json:"tasks"`
	// Took is how long each task took.
	Took string `json:"took"`
	// Failed says that the last task failed, Unfinished that it never ended.
	Failed     bool `json:"failed"`
	Unfinished bool `json:"unfinished"`
}

// Value is an artifact with a type that is not plain.
type Value struct {
	Type string
	Raw  []byte
}

// Began is when every run began, some moments less.
var Began = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

// Parse reads a run from JSON. Whole numbers are Python's ints; an object with the one key "type" stands for a value of that type.
func Parse(t testing.TB, text string) Run {
	t.Helper()
	var r Run
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// Write writes a run into the store of a folder.
func Write(t testing.TB, dir string, r Run) {
	t.Helper()
	w := &writer{TB: t, root: filepath.Join(dir, ".metaflow"), flow: r.Flow, run: r.ID, now: Began}
	clock := func() time.Time { w.now = w.now.Add(time.Microsecond); return w.now }
	w.store = artifact.Open(w.root, artifact.Options{Now: clock})
	w.meta = metadata.NewLocal(w.root, metadata.Options{Now: clock, User: "ann"})
	_, err := w.meta.RegisterRun(context.Background(), r.Flow, r.ID, metadata.Tags{System: []string{"user:ann"}})
	w.ok(err)
	w.ok(w.store.SetLatestRun(r.Flow, r.ID))
	w.task("_parameters", "0", map[string]any{}, Step{}, true)
	number := 0
	for _, s := range r.Steps {
		began, ended := w.now, w.now
		for i, values := range s.Tasks {
			number++
			w.now = began // the tasks of a step run beside one another
			w.task(s.Name, strconv.Itoa(number), values, s, i == len(s.Tasks)-1)
			if w.now.After(ended) {
				ended = w.now
			}
		}
		w.now = ended
	}
}

type writer struct {
	testing.TB
	root, flow, run string
	store           *artifact.Store
	meta            *metadata.Local
	now             time.Time
}

func (w *writer) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *writer) task(step, number string, values map[string]any, s Step, last bool) {
	w.Helper()
	ctx := context.Background()
	id := metadata.TaskID{Flow: w.flow, Run: w.run, Step: step, Task: number}
	w.ok(w.meta.RegisterTask(ctx, id, metadata.Tags{}))
	w.ok(w.store.Begin(artifact.Task(id), 0))
	w.ok(w.meta.AddMetadata(ctx, id, metadata.Start{DSType: "local", DSRoot: w.root, Script: "flow.py"}.Records()))
	if took, err := time.ParseDuration(s.Took); err == nil {
		w.now = w.now.Add(took)
	}
	if last && s.Unfinished {
		return
	}
	w.save(ctx, id, values)
	w.ok(w.meta.AddMetadata(ctx, id, metadata.EndRecords(0, !s.Failed || !last)))
	w.ok(w.meta.AddMetadata(ctx, id, metadata.DoneRecords(0)))
	w.ok(w.store.MarkDone(artifact.Task(id), 0))
}

func (w *writer) save(ctx context.Context, id metadata.TaskID, values map[string]any) {
	w.Helper()
	objects := artifact.Objects{}
	var records []metadata.ArtifactRecord
	for name, v := range values {
		v := python(v)
		key, err := w.store.PutBytes(ctx, id.Flow, v.Raw)
		w.ok(err)
		objects[name] = artifact.Ref{Key: key, Info: artifact.Info{Size: int64(len(v.Raw)), Type: "<class '" + v.Type + "'>", Encoding: "pickle-v4"}}
		records = append(records, metadata.ArtifactRecord{Name: name, Key: string(key), ContentType: "pickle-v4"})
	}
	w.ok(w.store.SaveData(artifact.Task(id), 0, artifact.Data{Objects: objects}))
	w.ok(w.meta.AddArtifacts(ctx, id, 0, "local", metadata.RootLocation(w.root), metadata.Tags{}, records))
}

// python pickles a value of JSON. What is no plain value is left unpickled: nothing may read it.
func python(v any) Value {
	v, name := convert(v)
	if given, ok := v.(Value); ok {
		return given
	}
	raw, err := plain.Encode(v)
	if err != nil {
		return Value{Type: name, Raw: []byte("no pickle")}
	}
	return Value{Type: name, Raw: raw}
}

func convert(v any) (any, string) {
	switch v := v.(type) {
	case Value:
		return v, v.Type
	case nil:
		return nil, "NoneType"
	case bool:
		return v, "bool"
	case float64:
		if n := int64(v); float64(n) == v {
			return n, "int"
		}
		return v, "float"
	case string:
		return v, "str"
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i], _ = convert(item)
		}
		return out, "list"
	case map[string]any:
		if name, ok := v["type"].(string); ok && len(v) == 1 {
			return Value{Type: name, Raw: []byte("no pickle of " + name)}, name
		}
		out := map[any]any{}
		for k, item := range v {
			out[k], _ = convert(item)
		}
		return out, "dict"
	}
	return v, "object"
}
