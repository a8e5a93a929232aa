package task

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/worker"
)

// largeValue is the size from which values are stored side by side.
const largeValue = 4 << 20

var (
	pointBlobs  = disk.Register("run.task.blobs")
	pointData   = disk.Register("run.task.data")
	pointMarked = disk.Register("run.task.marked")
)

// Keeper stores what attempts leave. Its calls come in this order, which is what kill -9 at any point must not break: Keep, End; a commit; MarkDone; a commit.
type Keeper struct {
	Store    *artifact.Store
	Metadata metadata.Provider
	// Elsewhere is where values of inputs lie that are not in Store; nil when all are.
	Elsewhere *artifact.Store
	// Private keeps the tables of artifacts from readers of the store.
	Private bool
	// Settle has all values stored before the table that names them is written, so that a table that is there can be relied on.
	Settle        bool
	Tags          metadata.Tags
	PythonVersion string
}

// Folders are where the process of an attempt may put values.
type Folders struct{ Scratch, Spill string }

// Persisted says whether a process left a complete set of artifacts.
func Persisted(res *worker.Result) bool {
	return res != nil && (res.Type == worker.TypeDone || res.Type == worker.TypeFailed && (res.Persisted == nil || *res.Persisted))
}

// Retryable says whether a process that failed leaves it open that another would not.
func Retryable(res *worker.Result) bool {
	return res == nil || res.Retry == nil || *res.Retry
}

// Keep stores the values an attempt left and its table. ok is whether it is taken for a success.
func (k *Keeper) Keep(ctx context.Context, t artifact.Task, attempt int, inputs []*Table, o compute.Outcome, ok bool, f Folders) (*Table, error) {
	res := o.Result
	produced, err := k.values(ctx, t.Flow, o, f)
	if err != nil {
		return nil, err
	}
	if !ok && res.Type == worker.TypeDone { // the step thinks it succeeded, but the process or a node did not
		if produced, err = k.disown(ctx, t.Flow, produced); err != nil {
			return nil, err
		}
	}
	if err := disk.Fail(pointBlobs); err != nil {
		return nil, err
	}
	if k.Settle {
		if err := k.Store.Flush(ctx); err != nil {
			return nil, err
		}
	}
	for _, p := range res.Inherit {
		if p.Input < 0 || p.Input >= len(inputs) {
			return nil, fmt.Errorf("the worker passes on artifacts of input %d, but there are %d inputs", p.Input, len(inputs))
		}
	}
	table := NewTable(produced, res.Inherit, inputs)
	return table, k.SaveTable(ctx, t, attempt, table.Objects())
}

// SaveTable writes a task's table of artifacts, for the store's and for the metadata's readers.
func (k *Keeper) SaveTable(ctx context.Context, t artifact.Task, attempt int, objects artifact.Objects) error {
	if k.Private {
		return k.Store.SaveData(t, attempt, artifact.Data{PythonVersion: k.PythonVersion})
	}
	if err := k.adopt(ctx, t.Flow, objects); err != nil {
		return err
	}
	if err := k.Store.SaveData(t, attempt, artifact.Data{Objects: objects, PythonVersion: k.PythonVersion}); err != nil {
		return err
	}
	if err := k.addArtifacts(ctx, t, attempt, objects, k.Tags, nil); err != nil {
		return err
	}
	return disk.Fail(pointData)
}

// addArtifacts tells the metadata's readers of a table, but for what they know.
func (k *Keeper) addArtifacts(ctx context.Context, t artifact.Task, attempt int, objects artifact.Objects, tags metadata.Tags, known map[string]bool) error {
	records := make([]metadata.ArtifactRecord, 0, len(objects))
	for name, ref := range objects {
		if !known[name] {
			records = append(records, metadata.ArtifactRecord{Name: name, Key: string(ref.Key), ContentType: ref.Encoding})
		}
	}
	if len(records) == 0 {
		return nil
	}
	return k.Metadata.AddArtifacts(ctx, metadata.TaskID(t), attempt, k.Store.Kind(), metadata.RootLocation(k.Store.Root()), tags, records)
}

// adopt makes all values of a table lie in the store, for readers who look nowhere else.
func (k *Keeper) adopt(ctx context.Context, flow string, objects artifact.Objects) error {
	if k.Elsewhere == nil {
		return nil
	}
	for _, ref := range objects {
		if err := k.Store.Adopt(ctx, flow, ref.Key, k.Elsewhere); err != nil {
			return err
		}
	}
	return nil
}

// values stores the new values of an attempt, or takes over those that its place of execution has stored.
func (k *Keeper) values(ctx context.Context, flow string, o compute.Outcome, f Folders) ([]Entry, error) {
	if !o.Stored {
		return k.Put(ctx, flow, o.Result.Artifacts, f)
	}
	entries := make([]Entry, len(o.Result.Artifacts))
	for i, v := range o.Result.Artifacts {
		key, err := artifact.ParseKey(v.Key)
		if err != nil {
			return nil, fmt.Errorf("artifact %q, stored where the task ran: %w", v.Name, err)
		}
		entries[i] = NewEntry(v.Name, artifact.Ref{Key: key, Info: artifact.Info{Size: v.Size, Type: v.Type, Encoding: v.Encoding}})
	}
	return entries, nil
}

// Put stores new values, large ones side by side.
func (k *Keeper) Put(ctx context.Context, flow string, values []worker.Produced, f Folders) ([]Entry, error) {
	entries := make([]Entry, len(values))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, v := range values {
		if v.Size >= largeValue {
			g.Go(func() (err error) {
				entries[i], err = k.putOne(ctx, flow, v, f)
				return err
			})
			continue
		}
		var err error
		if entries[i], err = k.putOne(ctx, flow, v, f); err != nil {
			return nil, errors.Join(err, g.Wait())
		}
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return entries, f.removeSpilled(values)
}

func (k *Keeper) putOne(ctx context.Context, flow string, v worker.Produced, f Folders) (Entry, error) {
	key, err := PutValue(ctx, k.Store, flow, v, f)
	if err != nil {
		return Entry{}, fmt.Errorf("artifact %q: %w", v.Name, err)
	}
	return NewEntry(v.Name, artifact.Ref{Key: key, Info: artifact.Info{Size: v.Size, Type: v.Type, Encoding: v.Encoding}}), nil
}

// PutValue stores one new value.
func PutValue(ctx context.Context, store *artifact.Store, flow string, v worker.Produced, f Folders) (artifact.Key, error) {
	if v.File == "" {
		if int64(len(v.Data)) != v.Size {
			return "", fmt.Errorf("the worker says that it has %d bytes, and has sent %d", v.Size, len(v.Data))
		}
		return store.PutBytes(ctx, flow, v.Data)
	}
	if !within(v.File, f.Scratch) && !within(v.File, f.Spill) {
		return "", fmt.Errorf("the worker says that it is in %q, which is not a scratch folder of its task", v.File)
	}
	return store.Put(ctx, flow, artifact.Span{File: v.File, Offset: v.Offset, Size: v.Size})
}

func within(file, dir string) bool {
	rel, err := filepath.Rel(dir, file)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, "../")
}

// removeSpilled frees the space of spilled values; what was moved into the store is gone already.
func (f Folders) removeSpilled(values []worker.Produced) error {
	for _, v := range values {
		if v.File == "" || !within(v.File, f.Spill) {
			continue
		}
		if err := os.Remove(v.File); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("remove spilled artifact %q: %w", v.Name, err)
		}
	}
	return nil
}

// pickledFalse is False as Python pickles it.
var pickledFalse = []byte{0x80, 0x04, 0x89, '.'}

// disown marks the artifacts of a task as those of a failure.
func (k *Keeper) disown(ctx context.Context, flow string, entries []Entry) ([]Entry, error) {
	key, err := k.Store.PutBytes(ctx, flow, pickledFalse)
	if err != nil {
		return nil, err
	}
	ref := artifact.Ref{Key: key, Info: artifact.Info{Size: int64(len(pickledFalse)), Type: "<class 'bool'>", Encoding: "pickle-v4"}}
	for i, e := range entries {
		if e.name == "_task_ok" || e.name == "_success" {
			entries[i] = NewEntry(e.name, ref)
		}
	}
	return entries, nil
}

// End stores what there is of every attempt, whether it left artifacts or not.
func (k *Keeper) End(ctx context.Context, t artifact.Task, attempt int, l *Logs, o compute.Outcome, ok bool) error {
	if len(o.Facts) > 0 {
		if err := k.Metadata.AddMetadata(ctx, metadata.TaskID(t), factRecords(o.Facts, attempt)); err != nil {
			return err
		}
	}
	if o.Result != nil { // a process that died without a word has said neither yes nor no
		if err := k.Metadata.AddMetadata(ctx, metadata.TaskID(t), metadata.EndRecords(attempt, ok)); err != nil {
			return err
		}
	}
	if err := l.save(k.Store, t, attempt); err != nil {
		return err
	}
	return k.Store.SaveOutcome(t, attempt, artifact.Outcome{ReturnCode: returnCode(o, ok), Killed: o.Killed || o.TimedOut, Success: ok})
}

// factRecords are records of where an attempt ran.
func factRecords(facts []compute.Fact, attempt int) []metadata.Record {
	records := make([]metadata.Record, len(facts))
	for i, f := range facts {
		records[i] = metadata.Record{Field: f.Field, Value: f.Value, Tags: []string{metadata.AttemptTag(attempt)}}
		if f.Number {
			records[i].Value, records[i].Raw = "", []byte(f.Value)
		}
	}
	return records
}

// returnCode is the process's end in Python's manner: negative for a signal.
func returnCode(o compute.Outcome, ok bool) int {
	switch {
	case o.Signal != 0:
		return -int(o.Signal)
	case o.ExitCode == 0 && !ok:
		return 1
	}
	return o.ExitCode
}

// MarkDone makes what an attempt left the task's result. What it refers to has been committed.
func (k *Keeper) MarkDone(ctx context.Context, t artifact.Task, attempt int) error {
	if err := k.Store.MarkDone(t, attempt); err != nil {
		return err
	}
	if err := k.Metadata.AddMetadata(ctx, metadata.TaskID(t), metadata.DoneRecords(attempt)); err != nil {
		return err
	}
	return disk.Fail(pointMarked)
}

// Note adds to the logs what the engine has to say of a process's end. show gets the lines that whoever watches should see.
func (l *Logs) Note(now time.Time, o compute.Outcome, show func(s compute.Stream, text string)) {
	switch {
	case o.Killed:
		for _, s := range []compute.Stream{compute.Stdout, compute.Stderr} {
			l.Of(s).Append(now, []byte(LineKilled))
			show(s, LineKilled)
		}
	case o.Succeeded():
	case o.Signal == syscall.SIGSEGV:
		l.Stderr.Append(now, []byte(LineSegfault))
	default:
		l.Stderr.Append(now, []byte(LineFailed))
	}
}
