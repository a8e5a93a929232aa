package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/run/machine"
	"github.com/spindle-flow/spindle/engine/task"
)

// past is a finished task of the origin.
type past struct {
	run        string // the origin when empty
	step, task string
	key        string // machine.Key
	table      *task.Table
	transition *machine.Transition
}

// origin is what a run that is resumed had finished.
type origin struct {
	parameters *past
	tasks      []*past
	byKey      map[string]int
}

// readOrigin reads the finished tasks of the origin, except those of steps to run again. A task that says it has finished but whose values
// are damaged or gone is not taken over: the observer is told, and it will be run again. The parameters cannot be had in another way, so
// damage there is an error.
func (r *runner) readOrigin(ctx context.Context, rerun map[string]bool) (*origin, error) {
	or := newOriginReader(r)
	parameters, err := or.readParameters(ctx)
	if err != nil {
		return nil, err
	}
	list, err := or.list(rerun)
	if err != nil {
		return nil, err
	}
	tasks := make([]*past, len(list))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(or.r.cfg.Store.Width())
	for i, t := range list {
		g.Go(func() error {
			p, err := or.read(gctx, t)
			tasks[i] = p
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	tasks = slices.DeleteFunc(tasks, func(p *past) bool { return p == nil })
	if tasks, err = or.checkBlobs(ctx, parameters, tasks); err != nil {
		return nil, err
	}
	o := &origin{parameters: parameters, tasks: tasks, byKey: make(map[string]int, len(tasks))}
	for i, p := range tasks {
		o.byKey[p.key] = i
	}
	return o, nil
}

// originReader reads tasks of one run, several at a time.
type originReader struct {
	r      *runner
	values *task.Values
}

func newOriginReader(r *runner) *originReader {
	return &originReader{r: r, values: task.NewValues(r.cfg.Store, r.flow)}
}

// readParameters finds the parameters task. A run without a finished one is no run to resume.
func (or *originReader) readParameters(ctx context.Context) (*past, error) {
	r := or.r
	ids, err := r.cfg.Store.Tasks(r.flow, r.origin, ParametersStep)
	if err != nil {
		return nil, &OriginError{Flow: r.flow, Run: r.origin, Reason: fmt.Sprintf("resume could not read run id %q", r.origin), Err: err}
	}
	for _, id := range ids {
		t := artifact.Task{Flow: r.flow, Run: r.origin, Step: ParametersStep, Task: id}
		objects, err := or.finished(t)
		if errors.Is(err, artifact.ErrUnfinished) {
			continue
		}
		if err != nil {
			return nil, &OriginError{Flow: r.flow, Run: r.origin, Reason: fmt.Sprintf("the parameters of run id %q cannot be read", r.origin), Err: err}
		}
		return &past{step: t.Step, task: t.Task, table: task.TableOf(objects)}, nil
	}
	if len(ids) == 0 && r.elsewhere(ctx) {
		return nil, &OriginError{Flow: r.flow, Run: r.origin, Reason: fmt.Sprintf("the values of run id %q are not in %s: resume it with the datastore it was run with, or on the machine where it was run", r.origin, r.cfg.Store.Root())}
	}
	if _, err := r.cfg.Metadata.Run(ctx, r.flow, r.origin); err == nil || len(ids) > 0 {
		return nil, &OriginError{Flow: r.flow, Run: r.origin, Reason: fmt.Sprintf("run id %q ended before its parameters were stored, so there is nothing to resume: run the flow again", r.origin)}
	}
	return nil, &OriginError{Flow: r.flow, Run: r.origin, Reason: fmt.Sprintf("resume could not find run id %q", r.origin)}
}

// list are the tasks that could be taken over.
func (or *originReader) list(rerun map[string]bool) ([]artifact.Task, error) {
	r := or.r
	var list []artifact.Task
	for _, s := range r.plan.Steps { // steps the flow no longer has are not looked for
		if rerun[s.Name] {
			continue
		}
		ids, err := r.cfg.Store.Tasks(r.flow, r.origin, s.Name)
		if err != nil {
			return nil, &OriginError{Flow: r.flow, Run: r.origin, Reason: fmt.Sprintf("resume could not read run id %q", r.origin), Err: err}
		}
		for _, id := range ids {
			list = append(list, artifact.Task{Flow: r.flow, Run: r.origin, Step: s.Name, Task: id})
		}
	}
	return list, nil
}

// finished is the table of a task that is done.
func (or *originReader) finished(t artifact.Task) (artifact.Objects, error) {
	attempt, err := or.r.cfg.Store.LatestDone(t)
	if err != nil {
		return nil, err
	}
	d, err := or.r.cfg.Store.Data(t, attempt)
	return d.Objects, err
}

// read returns a task if it can be taken over, else nil.
func (or *originReader) read(ctx context.Context, t artifact.Task) (*past, error) {
	objects, err := or.finished(t)
	if err != nil {
		if errors.Is(err, artifact.ErrUnfinished) {
			return nil, nil
		}
		return nil, or.skip(ctx, t, err)
	}
	ok, err := or.succeeded(ctx, objects)
	if err != nil {
		return nil, or.skip(ctx, t, err)
	}
	if !ok {
		return nil, nil
	}
	p := &past{step: t.Step, task: t.Task}
	if p.key, err = or.key(ctx, t.Step, objects); err != nil {
		return nil, or.skip(ctx, t, err)
	}
	if p.transition, err = or.transition(ctx, or.r.steps[t.Step].machine, objects); err != nil {
		return nil, or.skip(ctx, t, err)
	}
	p.table = task.TableOf(objects)
	return p, nil
}

// skip tells the observer that a task will be run again. It returns an error only when the reading was ended from outside.
func (or *originReader) skip(ctx context.Context, t artifact.Task, reason error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := or.r
	r.emit(OriginSkipped{At: r.cfg.Clock.Now(), Origin: TaskRef{Flow: t.Flow, Run: t.Run, Step: t.Step, Task: t.Task}, Reason: reason.Error()})
	return nil
}

// checkLimit is how many bytes of values are read to check them before a run is resumed, the smallest values first. Of the rest only
// the presence is checked here, and the content when a task reads it.
const checkLimit = 256 << 20

// checkBlobs looks at every value the tasks refer to, and leaves out tasks one of whose values is damaged or gone.
func (or *originReader) checkBlobs(ctx context.Context, parameters *past, tasks []*past) ([]*past, error) {
	faults, err := or.faults(ctx, distinct(append([]*past{parameters}, tasks...)))
	if err != nil || len(faults) == 0 {
		return tasks, err
	}
	if name, fault := parameters.fault(faults); fault != nil {
		reason := fmt.Sprintf("artifact %q of the parameters of run id %q cannot be used", name, or.r.origin)
		return nil, &OriginError{Flow: or.r.flow, Run: or.r.origin, Reason: reason, Err: fault}
	}
	kept := tasks[:0]
	for _, p := range tasks {
		name, fault := p.fault(faults)
		if fault == nil {
			kept = append(kept, p)
			continue
		}
		t := artifact.Task{Flow: or.r.flow, Run: or.r.origin, Step: p.step, Task: p.task}
		if err := or.skip(ctx, t, fmt.Errorf("artifact %q: %w", name, fault)); err != nil {
			return nil, err
		}
	}
	return kept, nil
}

// distinct are the values of all tasks, each once, the smallest first.
func distinct(tasks []*past) []artifact.Ref {
	seen := map[artifact.Key]bool{}
	var refs []artifact.Ref
	for _, p := range tasks {
		for _, ref := range p.table.All() {
			if !seen[ref.Key] {
				seen[ref.Key] = true
				refs = append(refs, ref)
			}
		}
	}
	slices.SortFunc(refs, func(a, b artifact.Ref) int { return int(min(max(a.Size-b.Size, -1), 1)) })
	return refs
}

func (or *originReader) faults(ctx context.Context, refs []artifact.Ref) (map[artifact.Key]error, error) {
	var mu sync.Mutex
	faults := map[artifact.Key]error{}
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(or.r.cfg.Store.Width())
	var total int64
	for _, ref := range refs {
		total += ref.Size
		whole := total <= checkLimit && !or.r.cfg.Store.Remote()
		g.Go(func() error {
			if err := or.checkBlob(gctx, ref.Key, whole); err != nil {
				mu.Lock()
				faults[ref.Key] = err
				mu.Unlock()
			}
			return gctx.Err()
		})
	}
	return faults, g.Wait()
}

func (or *originReader) checkBlob(ctx context.Context, key artifact.Key, whole bool) error {
	r := or.r
	if whole {
		_, err := r.cfg.Store.Bytes(ctx, r.flow, key)
		if errors.Is(err, artifact.ErrTooLarge) {
			return nil
		}
		return err
	}
	return r.cfg.Store.Present(ctx, r.flow, key)
}

// fault is the first damaged value of a task.
func (p *past) fault(faults map[artifact.Key]error) (string, error) {
	for name, ref := range p.table.All() {
		if err := faults[ref.Key]; err != nil {
			return name, err
		}
	}
	return "", nil
}
