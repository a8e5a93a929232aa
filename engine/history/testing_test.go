package history

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/plain"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// bench is a store that tests fill with the engine's own writers.
type bench struct {
	testing.TB
	root  string
	store *artifact.Store
	meta  *metadata.Local
	now   time.Time
}

var epoch = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

func newBench(t testing.TB) *bench {
	t.Helper()
	b := &bench{TB: t, root: filepath.Join(t.TempDir(), ".metaflow"), now: epoch}
	clock := func() time.Time { b.now = b.now.Add(time.Millisecond); return b.now }
	b.store = artifact.Open(b.root, artifact.Options{Now: clock})
	b.meta = metadata.NewLocal(b.root, metadata.Options{Now: clock, User: "ann"})
	return b
}

// reader reads the store with nothing of the test's machine in it.
func (b *bench) reader() *Reader {
	return New(b.store, b.meta, Options{
		Flow: "F", Dir: b.TempDir(), Host: "here", Alive: func(pid int, birth string) bool { return pid == 1 && birth != "another" },
		Now: func() time.Time { return epoch.Add(time.Hour) },
	})
}

func (b *bench) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) run(flow, id string, tags ...string) {
	b.Helper()
	_, err := b.meta.RegisterRun(b.Context(), flow, id, metadata.Tags{User: tags, System: []string{"user:ann", "runtime:dev"}})
	b.ok(err)
}

// left is what a task leaves.
type left struct {
	frames   []string // step:index
	rounds   []int
	next     []string
	foreach  string
	failed   bool // its step raised an exception
	crashed  bool // its process ended without a result
	attempt  int
	values   map[string]any
	stdout   string
	origin   string // run/task it was copied from
	endpoint string // name of the run's last step, for the parameters task
}

// task writes a task of flow F with everything a run writes.
func (b *bench) task(spec string, l left) metadata.TaskID {
	b.Helper()
	parts := strings.Split(spec, "/")
	id := metadata.TaskID{Flow: "F", Run: parts[0], Step: parts[1], Task: parts[2]}
	t := artifact.Task(id)
	b.ok(b.meta.RegisterTask(b.Context(), id, metadata.Tags{}))
	b.ok(b.store.Begin(t, l.attempt))
	b.ok(b.meta.AddMetadata(b.Context(), id, b.begun(l)))
	if l.stdout != "" {
		line := artifact.FormatLogLine(b.now, artifact.SourceRuntime, "id", []byte(l.stdout))
		b.ok(b.store.SaveLog(t, l.attempt, artifact.SourceRuntime, artifact.Stdout, line))
	}
	if l.crashed {
		b.ok(b.store.SaveOutcome(t, l.attempt, artifact.Outcome{ReturnCode: 1}))
		return id
	}
	b.save(id, l)
	b.ok(b.meta.AddMetadata(b.Context(), id, metadata.EndRecords(l.attempt, !l.failed)))
	b.ok(b.meta.AddMetadata(b.Context(), id, metadata.DoneRecords(l.attempt)))
	b.ok(b.store.MarkDone(t, l.attempt))
	return id
}

func (b *bench) begun(l left) []metadata.Record {
	if run, task, ok := strings.Cut(l.origin, "/"); ok {
		return metadata.CloneRecords(run, task, l.attempt, metadata.System{User: "ann"}, "f.py")
	}
	start := metadata.Start{Attempt: l.attempt, DSType: "local", DSRoot: b.root, Script: "f.py"}
	for _, frame := range l.frames {
		step, index, _ := strings.Cut(frame, ":")
		start.Frames = append(start.Frames, metadata.Frame{Step: step, Var: "v", Value: "x", Index: number(index)})
	}
	records := start.Records()
	if l.endpoint != "" {
		records = append(records, metadata.GraphRecords("start", l.endpoint)...)
	}
	return records
}

// save writes the artifacts of an attempt.
func (b *bench) save(id metadata.TaskID, l left) {
	b.Helper()
	raw := map[string][]byte{"_foreach_stack": pickleStack(l.frames)}
	values := map[string]any{"_task_ok": !l.failed, "_success": !l.failed, "_iteration_stack": items(l.rounds), "_transition": nil}
	if l.next != nil {
		values["_transition"] = plain.Tuple{items(l.next), orNone(l.foreach)}
	}
	for name, v := range l.values {
		values[name] = v
	}
	for name, v := range values {
		text, pickled := v.([]byte)
		if !pickled {
			var err error
			text, err = plain.Encode(v)
			b.ok(err)
		}
		raw[name] = text
	}
	objects := artifact.Objects{}
	var records []metadata.ArtifactRecord
	for name, text := range raw {
		key, err := b.store.PutBytes(b.Context(), id.Flow, text)
		b.ok(err)
		objects[name] = artifact.Ref{Key: key, Info: artifact.Info{Size: int64(len(text)), Type: "<class 'x'>", Encoding: "pickle-v4"}}
		records = append(records, metadata.ArtifactRecord{Name: name, Key: string(key), ContentType: "pickle-v4"})
	}
	b.ok(b.store.SaveData(artifact.Task(id), l.attempt, artifact.Data{Objects: objects}))
	b.ok(b.meta.AddArtifacts(b.Context(), id, l.attempt, "local", metadata.RootLocation(b.root), metadata.Tags{}, records))
}

func items[T any](list []T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = any(v)
		if n, ok := any(v).(int); ok {
			out[i] = int64(n)
		}
	}
	return out
}

func orNone(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// pickleStack is a list of ForeachFrames as Python pickles it with protocol 2.
func pickleStack(frames []string) []byte {
	out := []byte("\x80\x02]")
	for _, frame := range frames {
		step, index, _ := strings.Cut(frame, ":")
		out = append(out, "c__main__\nForeachFrame\n("...)
		for _, s := range []string{step, "v"} {
			out = append(out, 'X', byte(len(s)), 0, 0, 0)
			out = append(out, s...)
		}
		out = append(out, 'K', 9, 'K', byte(number(index)), 'N', 't', 0x81, 'a')
	}
	return append(out, '.')
}

// pickleGraph is a _graph_info as Python pickles it with protocol 2.
func pickleGraph(end string, next map[string][]string) []byte {
	text := func(out []byte, s string) []byte { return append(append(out, 'X', byte(len(s)), 0, 0, 0), s...) }
	out := text(text([]byte("\x80\x02}"), "end_step"), end)
	out = append(text(append(out, 's'), "steps"), '}')
	for _, name := range slices.Sorted(maps.Keys(next)) {
		out = append(text(append(text(out, name), '}'), "next"), ']')
		for _, to := range next[name] {
			out = append(text(out, to), 'a')
		}
		out = append(out, "ss"...)
	}
	return append(out, "s."...)
}

// state writes the state file of a run.
func (b *bench) state(run, format string, args ...any) {
	b.Helper()
	dir := filepath.Join(b.root, "F", run, "_spindle")
	b.ok(os.MkdirAll(dir, 0o755))
	b.ok(os.WriteFile(filepath.Join(dir, "state.json"), fmt.Appendf(nil, format, args...), 0o644))
}

// serve makes a call and returns the answer as a worker gets it: the result, or "kind: message" of the refusal.
func serve(t testing.TB, r *Reader, call, args string) any {
	t.Helper()
	result, err := r.Serve(context.Background(), call, json.RawMessage(args))
	if err != nil {
		known, ok := err.(*Error)
		if !ok {
			t.Fatalf("%s: the error is a %T: %v", call, err, err)
		}
		return known.Kind + ": " + known.Message
	}
	text, err := json.Marshal(result)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// ids are the ids of a list of objects.
func ids(t testing.TB, answer any) string {
	t.Helper()
	objects, ok := answer.([]any)
	if !ok {
		return fmt.Sprint(answer)
	}
	var out []string
	for _, o := range objects {
		out = append(out, fmt.Sprint(o.(map[string]any)["id"]))
	}
	return strings.Join(out, " ")
}
