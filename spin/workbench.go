package spin

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/run"
)

// Freed is what a reset has forgotten.
type Freed struct {
	Tasks int   // that had been spun
	Bytes int64 // of their values
	// Busy says that a spin is running, which may need the values: they are freed by the next reset.
	Busy bool
}

// Reset empties the workbench, one that is damaged too, and frees the values of what was spun. Those that were spun for Metaflow's readers as well
// (without [run.Config.Private]) stay.
func Reset(ctx context.Context, place Place, group *disk.Group) (f Freed, err error) {
	err = place.change(ctx, group, func(b *Bench) (*Bench, error) {
		if b != nil {
			f.Tasks = len(b.Tasks)
		}
		return nil, nil
	})
	if err != nil {
		return f, err
	}
	f.Bytes, f.Busy, err = place.free()
	return f, err
}

// ErrEmpty says that there is nothing to promote.
var ErrEmpty = errors.New("nothing was spun since the workbench was last reset")

// Promotion is how to make a run of a workbench.
type Promotion struct {
	Resume run.Resume
	// Kept are the spun tasks that become tasks of the run, Stale those that do not: something before them was spun later.
	Kept, Stale []*Entry
}

// Promote prepares a run that takes over the spun tasks, and of the origin what nothing that was spun comes before. The values of the spun tasks
// are copied into the store to, which the run is to use.
func Promote(ctx context.Context, cfg Config, to *artifact.Store) (*Promotion, error) {
	release, err := cfg.Place.Use(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	b, err := cfg.Place.Load()
	if err != nil {
		return nil, err
	}
	if b == nil || b.Empty() {
		return nil, ErrEmpty
	}
	o, err := openOverlay(ctx, cfg, b, false)
	if err != nil {
		return nil, err
	}
	p := &Promotion{}
	over := &run.Overlay{Drop: map[string]bool{}}
	for _, e := range b.Sorted() {
		if o.overtaken(e.finished(), e.Seq) {
			p.Stale = append(p.Stale, e)
			over.Drop[e.Key] = true
			continue
		}
		p.Kept = append(p.Kept, e)
		over.Tasks = append(over.Tasks, e.finished())
	}
	for _, s := range o.plan.Steps {
		for key, f := range o.originTasks(ctx, s.Name) {
			if o.overtaken(f, 0) {
				over.Drop[key] = true
			}
		}
	}
	if o.err != nil {
		return nil, o.err
	}
	if b.Parameters != nil && b.Origin == "" {
		over.Parameters = b.Parameters.finished()
	}
	p.Resume = run.Resume{Origin: b.Origin, Overlay: over}
	return p, adoptAll(ctx, cfg, over, to)
}

func adoptAll(ctx context.Context, cfg Config, over *run.Overlay, to *artifact.Store) error {
	tasks := over.Tasks
	if over.Parameters != nil {
		tasks = append([]*run.Finished{over.Parameters}, tasks...)
	}
	for _, f := range tasks {
		for name, ref := range f.Objects {
			err := to.Adopt(ctx, cfg.Place.Flow, ref.Key, cfg.Engine.Store)
			if err != nil {
				return fmt.Errorf("artifact %q of %s: %w", name, f.Pathspec(), err)
			}
		}
	}
	return nil
}

// overtaken says whether something before a task was spun after it.
func (o *overlay) overtaken(f *run.Finished, seq int) bool {
	before := o.before(f.Step)
	for _, e := range o.bench.Tasks {
		if e.Seq > seq && e.Key != f.Key && before[e.Step] && meets(e, f) && (e.Step != f.Step || roundOf(e.Key) < roundOf(f.Key)) {
			return true
		}
	}
	return false
}

// roundOf is which time a step that repeats itself runs in the task at a place, -1 for any other step.
func roundOf(key string) int {
	last := key[strings.LastIndexAny(key, "[,")+1:]
	n, err := strconv.Atoi(strings.TrimSuffix(last, "]"))
	if err != nil {
		return -1
	}
	return n
}

// meets says whether a task's results can come to another of a later step: not when they are in different items of one foreach.
func meets(e *Entry, f *run.Finished) bool {
	for i, frame := range e.Frames {
		if i >= len(f.Frames) || f.Frames[i].Step != frame.Step {
			return true
		}
		if f.Frames[i].Index != frame.Index {
			return false
		}
	}
	return true
}
