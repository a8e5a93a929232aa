package run

import (
	"context"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/task"
	"github.com/spindle-flow/spindle/engine/worker"
)

// store makes durable what an attempt left, and only then says what became of it. The order is what kill -9 at any point must not
// break: blobs, data, metadata and logs; commit; the done marker; commit.
func (r *runner) store(ctx context.Context, a *attempt, h *handler, o compute.Outcome) (message, error) {
	ok := o.Succeeded()
	nodesOK := !ok || a.gang.wait(a)
	if ok && !nodesOK {
		ok, o.Reason = false, "another node of the parallel step failed"
	}
	var t *task.Table
	var err error
	if task.Persisted(o.Result) {
		if t, err = r.keeper.Keep(ctx, a.key(r), a.number, a.tables(), o, ok, r.foldersOf(a)); err != nil {
			return nil, err
		}
	}
	if err := r.keeper.End(ctx, a.key(r), a.number, h.logs, o, ok); err != nil {
		return nil, err
	}
	if err := r.cfg.Group.Commit(ctx); err != nil {
		return nil, err
	}
	if err := disk.Fail(pointCommit); err != nil {
		return nil, err
	}
	if t != nil {
		if err := r.keeper.MarkDone(ctx, a.key(r), a.number); err != nil {
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
		return attemptFailed{a: a, pid: h.pid, outcome: o, exception: exceptionOf(o.Result), retryable: !o.Final && task.Retryable(o.Result)}, nil
	}
	return stored{a: a, pid: h.pid, table: t, transition: transitionOf(o.Result.Transition), caught: o.Result.Caught}, nil
}

func exceptionOf(res *worker.Result) *worker.Exception {
	if res == nil {
		return nil
	}
	return res.Exception
}

// tables are those of the inputs.
func (a *attempt) tables() []*task.Table {
	tables := make([]*task.Table, len(a.inputs))
	for i, in := range a.inputs {
		tables[i] = in.table
	}
	return tables
}

// foldersOf are where an attempt's process puts values.
func (r *runner) foldersOf(a *attempt) task.Folders {
	return task.Folders{Scratch: a.scratch, Spill: r.folders.spill.Path()}
}

// put stores new values of a process that is no step's.
func (r *runner) put(ctx context.Context, a *attempt, values []worker.Produced) ([]task.Entry, error) {
	return r.keeper.Put(ctx, r.flow, values, r.foldersOf(a))
}

// saveTable writes a task's table of artifacts.
func (r *runner) saveTable(ctx context.Context, key artifact.Task, attempt int, objects artifact.Objects) error {
	return r.keeper.SaveTable(ctx, key, attempt, objects)
}

// markDone makes what an attempt left the task's result.
func (r *runner) markDone(ctx context.Context, key artifact.Task, attempt int) error {
	return r.keeper.MarkDone(ctx, key, attempt)
}
