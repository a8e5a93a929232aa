package run

import (
	"context"
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/plain"
	"github.com/spindle-flow/spindle/engine/run/machine"
	"github.com/spindle-flow/spindle/engine/task"
)

// Finished is a task that has ended well, in an earlier run or on its own ([Session]): what another task can be given as an input.
type Finished struct {
	Run, Step, Task string
	// Key is its place in the run, see [machine.Key].
	Key        string
	Frames     []plain.ForeachFrame // outermost first
	Objects    artifact.Objects
	Transition *machine.Transition // nil for the end step
}

// Pathspec is "run/step/task".
func (f *Finished) Pathspec() string { return f.Run + "/" + f.Step + "/" + f.Task }

func (f *Finished) past() *past {
	return &past{run: f.Run, step: f.Step, task: f.Task, key: f.Key, table: task.TableOf(f.Objects), transition: f.Transition}
}

// Origin reads the finished tasks of one run.
type Origin struct{ or *originReader }

// OpenOrigin reads a run of cfg's store by cfg's graph. Nothing is read yet.
func OpenOrigin(cfg Config, id string) (*Origin, error) {
	cfg.setDefaults()
	r, err := newRunner(cfg)
	if err != nil {
		return nil, err
	}
	r.origin = id
	return &Origin{or: newOriginReader(r)}, nil
}

// Run is the run's id.
func (o *Origin) Run() string { return o.or.r.origin }

// Parameters is the task that holds the run's parameters. A run without a finished one is an [OriginError].
func (o *Origin) Parameters(ctx context.Context) (*Finished, error) {
	p, err := o.or.readParameters(ctx)
	if err != nil {
		return nil, err
	}
	return &Finished{Run: o.or.r.origin, Step: p.step, Task: p.task, Key: machine.Key(p.step, nil, nil), Objects: p.table.Objects()}, nil
}

// Tasks are the finished tasks of a step that can be taken over, by id. What cannot be read counts as not finished.
func (o *Origin) Tasks(ctx context.Context, step string) ([]*Finished, error) {
	r := o.or.r
	if r.steps[step] == nil {
		return nil, nil
	}
	ids, err := r.cfg.Store.Tasks(r.flow, r.origin, step)
	if err != nil {
		return nil, &OriginError{Flow: r.flow, Run: r.origin, Reason: fmt.Sprintf("could not read run id %q", r.origin), Err: err}
	}
	found := make([]*Finished, len(ids))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(2 * runtime.GOMAXPROCS(0))
	for i, id := range ids {
		g.Go(func() error {
			p, err := o.or.read(gctx, artifact.Task{Flow: r.flow, Run: r.origin, Step: step, Task: id})
			if err != nil || p == nil {
				return err
			}
			found[i], err = o.finished(gctx, p)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(found, func(f *Finished) bool { return f == nil }), nil
}

func (o *Origin) finished(ctx context.Context, p *past) (*Finished, error) {
	f := &Finished{Run: o.or.r.origin, Step: p.step, Task: p.task, Key: p.key, Objects: p.table.Objects(), Transition: p.transition}
	stack, err := o.or.values.Get(ctx, f.Objects, "_foreach_stack")
	if err != nil {
		return nil, err
	}
	frames, _ := stack.([]any)
	for _, frame := range frames {
		if frame, ok := frame.(plain.ForeachFrame); ok {
			f.Frames = append(f.Frames, frame)
		}
	}
	return f, nil
}
