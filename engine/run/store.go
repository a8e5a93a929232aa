package run

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/worker"
)

// largeValue is the size from which values are stored side by side.
const largeValue = 4 << 20

// store makes durable what an attempt left, and only then says what became of it. The order is what kill -9 at any point must not
// break: blobs, data, metadata and logs; commit; the done marker; commit.
func (r *runner) store(ctx context.Context, a *attempt, h *handler, o compute.Outcome) (message, error) {
	ok := o.Succeeded()
	nodesOK := !ok || a.gang.wait(a)
	if ok && !nodesOK {
		ok, o.Reason = false, "another node of the parallel step failed"
	}
	var t *table
	var err error
	if persisted(o.Result) {
		if t, err = r.storeArtifacts(ctx, a, o, ok); err != nil {
			return nil, err
		}
	}
	if err := r.storeRest(ctx, a, h.logs, o, ok); err != nil {
		return nil, err
	}
	if err := r.cfg.Group.Commit(ctx); err != nil {
		return nil, err
	}
	if err := disk.Fail(pointCommit); err != nil {
		return nil, err
	}
	if t != nil {
		if err := r.markDone(ctx, a.key(r), a.number); err != nil {
			return nil, err
		}
		if err := r.cfg.Group.Commit(ctx); err != nil {
			return nil, err
		}
	}
	if err := disk.Fail(pointStored); err != nil {
		return nil, err
	}
	if !ok {
		return attemptFailed{a: a, pid: h.pid, outcome: o, exception: exceptionOf(o.Result), retryable: !o.Final && retryable(o.Result)}, nil
	}
	return stored{a: a, pid: h.pid, table: t, transition: transitionOf(o.Result.Transition), caught: o.Result.Caught}, nil
}

// persisted says whether the process left a complete set of artifacts.
func persisted(res *worker.Result) bool {
	return res != nil && (res.Type == worker.TypeDone || res.Type == worker.TypeFailed && (res.Persisted == nil || *res.Persisted))
}

func retryable(res *worker.Result) bool {
	return res == nil || res.Retry == nil || *res.Retry
}

func exceptionOf(res *worker.Result) *worker.Exception {
	if res == nil {
		return nil
	}
	return res.Exception
}

// storeArtifacts stores the values and the table of an attempt.
func (r *runner) storeArtifacts(ctx context.Context, a *attempt, o compute.Outcome, ok bool) (*table, error) {
	res := o.Result
	produced, err := r.keep(ctx, a, o)
	if err != nil {
		return nil, err
	}
	if !ok && res.Type == worker.TypeDone { // the step thinks it succeeded, but the process or a node did not
		if produced, err = r.disown(ctx, produced); err != nil {
			return nil, err
		}
	}
	if err := disk.Fail(pointBlobs); err != nil {
		return nil, err
	}
	tables := make([]*table, len(a.inputs))
	for i, in := range a.inputs {
		tables[i] = in.table
	}
	for _, p := range res.Inherit {
		if p.Input < 0 || p.Input >= len(tables) {
			return nil, fmt.Errorf("the worker passes on artifacts of input %d, but there are %d inputs", p.Input, len(tables))
		}
	}
	t := newTable(produced, res.Inherit, tables)
	return t, r.saveTable(ctx, a.key(r), a.number, t.objects())
}

// saveTable writes a task's table of artifacts, for the store's and for the metadata's readers.
func (r *runner) saveTable(ctx context.Context, key artifact.Task, attempt int, objects artifact.Objects) error {
	if r.cfg.Private {
		return r.cfg.Store.SaveData(key, attempt, artifact.Data{PythonVersion: r.cfg.System.PythonVersion})
	}
	if err := r.adopt(ctx, objects); err != nil {
		return err
	}
	if err := r.cfg.Store.SaveData(key, attempt, artifact.Data{Objects: objects, PythonVersion: r.cfg.System.PythonVersion}); err != nil {
		return err
	}
	records := make([]metadata.ArtifactRecord, 0, len(objects))
	for name, ref := range objects {
		records = append(records, metadata.ArtifactRecord{Name: name, Key: string(ref.Key), ContentType: ref.Encoding})
	}
	location := metadata.RootLocation(r.cfg.Store.Root())
	if err := r.cfg.Metadata.AddArtifacts(ctx, metadata.TaskID(key), attempt, r.cfg.Store.Kind(), location, r.tags, records); err != nil {
		return err
	}
	return disk.Fail(pointData)
}

// keep stores the new values of an attempt, or takes over those that its place of execution has stored.
func (r *runner) keep(ctx context.Context, a *attempt, o compute.Outcome) ([]entry, error) {
	if !o.Stored {
		return r.put(ctx, a, o.Result.Artifacts)
	}
	entries := make([]entry, len(o.Result.Artifacts))
	for i, v := range o.Result.Artifacts {
		key, err := artifact.ParseKey(v.Key)
		if err != nil {
			return nil, fmt.Errorf("artifact %q, stored where the task ran: %w", v.Name, err)
		}
		entries[i] = newEntry(v.Name, artifact.Ref{Key: key, Info: artifact.Info{Size: v.Size, Type: v.Type, Encoding: v.Encoding}})
	}
	return entries, nil
}

// put stores new values, large ones side by side.
func (r *runner) put(ctx context.Context, a *attempt, values []worker.Produced) ([]entry, error) {
	entries := make([]entry, len(values))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, v := range values {
		if v.Size >= largeValue {
			g.Go(func() (err error) {
				entries[i], err = r.putOne(ctx, a, v)
				return err
			})
			continue
		}
		var err error
		if entries[i], err = r.putOne(ctx, a, v); err != nil {
			return nil, errors.Join(err, g.Wait())
		}
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return entries, r.removeSpilled(values)
}

func (r *runner) putOne(ctx context.Context, a *attempt, v worker.Produced) (entry, error) {
	if !within(v.File, a.scratch) && !within(v.File, r.folders.spill.Path()) {
		return entry{}, fmt.Errorf("the worker says that artifact %q is in %q, which is not a scratch folder of its task", v.Name, v.File)
	}
	key, err := r.cfg.Store.Put(ctx, r.flow, artifact.Span{File: v.File, Offset: v.Offset, Size: v.Size})
	if err != nil {
		return entry{}, fmt.Errorf("artifact %q: %w", v.Name, err)
	}
	return newEntry(v.Name, artifact.Ref{Key: key, Info: artifact.Info{Size: v.Size, Type: v.Type, Encoding: v.Encoding}}), nil
}

func within(file, dir string) bool {
	rel, err := filepath.Rel(dir, file)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, "../")
}

// removeSpilled frees the space of spilled values; what was moved into the store is gone already.
func (r *runner) removeSpilled(values []worker.Produced) error {
	for _, v := range values {
		if !within(v.File, r.folders.spill.Path()) {
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
func (r *runner) disown(ctx context.Context, entries []entry) ([]entry, error) {
	key, err := r.cfg.Store.PutBytes(ctx, r.flow, pickledFalse)
	if err != nil {
		return nil, err
	}
	ref := artifact.Ref{Key: key, Info: artifact.Info{Size: int64(len(pickledFalse)), Type: "<class 'bool'>", Encoding: "pickle-v4"}}
	for i, e := range entries {
		if e.name == "_task_ok" || e.name == "_success" {
			entries[i] = newEntry(e.name, ref)
		}
	}
	return entries, nil
}

// storeRest stores what there is of every attempt, whether it left artifacts or not.
func (r *runner) storeRest(ctx context.Context, a *attempt, l *logs, o compute.Outcome, ok bool) error {
	key := a.key(r)
	if o.Result != nil { // a process that died without a word has said neither yes nor no
		if err := r.cfg.Metadata.AddMetadata(ctx, a.id(r), metadata.EndRecords(a.number, ok)); err != nil {
			return err
		}
	}
	for stream, log := range map[string]*taskLog{"stdout": &l.stdout, "stderr": &l.stderr} {
		if err := r.cfg.Store.SaveLog(key, a.number, logSource, stream, log.buf); err != nil {
			return err
		}
		log.buf = nil
	}
	return r.cfg.Store.SaveOutcome(key, a.number, artifact.Outcome{ReturnCode: returnCode(o, ok), Killed: o.Killed || o.TimedOut, Success: ok})
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

// markDone makes what an attempt left the task's result. What it refers to has been committed.
func (r *runner) markDone(ctx context.Context, key artifact.Task, attempt int) error {
	if err := r.cfg.Store.MarkDone(key, attempt); err != nil {
		return err
	}
	if err := r.cfg.Metadata.AddMetadata(ctx, metadata.TaskID(key), metadata.DoneRecords(attempt)); err != nil {
		return err
	}
	return disk.Fail(pointMarked)
}
