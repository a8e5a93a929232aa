package run

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/run/machine"
)

var (
	pointCloneData   = disk.Register("run.clone.data")
	pointCloneMarked = disk.Register("run.clone.marked")
)

// cloned is one task being taken over.
type cloned struct {
	past *past
	rec  *record
	key  artifact.Task
}

// cloneAll takes over tasks of the origin. They share two commits: one before any is marked done, one before any is announced.
func (r *runner) cloneAll(commands []machine.CloneTask) error {
	ctx := context.Background()
	list := make([]cloned, len(commands))
	for i, c := range commands {
		list[i] = r.newClone(c)
	}
	r.emit(CloneStarted{At: r.cfg.Clock.Now(), Flow: r.flow, Origin: r.origin, N: len(list)})
	err := r.each(list, func(c cloned) error {
		if err := r.writeClone(ctx, c.key, c.past); err != nil {
			return err
		}
		return r.cfg.Metadata.AddMetadata(ctx, metadata.TaskID(c.key), r.cloneRecords(c.past))
	})
	if err == nil {
		err = disk.Fail(pointCloneData)
	}
	if err == nil {
		err = r.cfg.Group.Commit(ctx)
	}
	if err == nil {
		err = r.each(list, func(c cloned) error { return r.markDone(ctx, c.key, 0) })
	}
	if err == nil {
		err = disk.Fail(pointCloneMarked)
	}
	if err == nil {
		err = r.cfg.Group.Commit(ctx)
	}
	if err != nil {
		return err
	}
	r.announceClones(list)
	return nil
}

// newClone gives a clone its id, in the order of the machine's commands.
func (r *runner) newClone(c machine.CloneTask) cloned {
	p := r.pasts[c.Origin]
	for len(r.records) <= int(c.Task) {
		r.records = append(r.records, nil)
	}
	rec := &record{id: r.taskID(c.Node), step: c.Step, table: p.table}
	r.records[c.Task] = rec
	return cloned{past: p, rec: rec, key: artifact.Task{Flow: r.flow, Run: r.id, Step: rec.step, Task: rec.id}}
}

// each works on several clones at once: most of the time goes into making files.
func (r *runner) each(list []cloned, work func(cloned) error) error {
	var g errgroup.Group
	g.SetLimit(2 * runtime.GOMAXPROCS(0))
	for _, c := range list {
		g.Go(func() error { return work(c) })
	}
	return g.Wait()
}

func (r *runner) announceClones(list []cloned) {
	now := r.cfg.Clock.Now()
	for _, c := range list {
		r.summary.Cloned++
		r.emit(Cloned{
			At:     now,
			Task:   TaskRef{Flow: r.flow, Run: r.id, Step: c.rec.step, Task: c.rec.id},
			Origin: TaskRef{Flow: r.flow, Run: r.origin, Step: c.past.step, Task: c.past.task},
		})
	}
	r.emit(CloneFinished{At: now, Flow: r.flow, Origin: r.origin, N: len(list), Only: r.cfg.Resume.CloneOnly})
}
