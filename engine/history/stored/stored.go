// Package stored tells of runs what their values' store shows, where the metadata is on another machine: in a container, when the metadata is the
// laptop's own folder.
//
// The store knows flows, runs, steps, tasks, attempts and artifacts. Who ran it and with which tags is told by somebody else, if at all ([Options].Known).
// Nothing can be changed.
package stored

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// Known is what is known of a run beside its values.
type Known struct {
	User string
	Tags metadata.Tags
	// Start and End are the steps where its flow starts and ends; empty where that is not known.
	Start, End string
}

// Options of a [Provider].
type Options struct {
	// Known tells of a run; the zero value where nothing is known.
	Known func(ctx context.Context, flow, run string) (Known, error)
}

// Provider reads a store. It implements [metadata.Provider].
type Provider struct {
	store *artifact.Store
	opts  Options

	mu    sync.Mutex
	known map[[2]string]Known // guarded by mu
}

var _ metadata.Provider = (*Provider)(nil)

// New returns a provider for the runs of a store.
func New(store *artifact.Store, opts Options) *Provider {
	return &Provider{store: store, opts: opts, known: map[[2]string]Known{}}
}

// Name implements [metadata.Provider].
func (p *Provider) Name() string { return "stored" }

// Root implements [metadata.Provider].
func (p *Provider) Root() string { return p.store.Root() }

// String implements [metadata.Provider].
func (p *Provider) String() string { return "stored@" + p.store.Root() }

// about is what is known of a run. Tags that cannot be found out are none.
func (p *Provider) about(ctx context.Context, flow, run string) (Known, error) {
	id := [2]string{flow, run}
	p.mu.Lock()
	k, ok := p.known[id]
	p.mu.Unlock()
	if ok || p.opts.Known == nil {
		return k, nil
	}
	k, err := p.opts.Known(ctx, flow, run)
	if err != nil {
		return k, err
	}
	p.mu.Lock()
	p.known[id] = k
	p.mu.Unlock()
	return k, nil
}

func missing(format string, args ...any) error {
	return fmt.Errorf("%s %w", fmt.Sprintf(format, args...), metadata.ErrNotFound)
}

// Flows implements [metadata.Provider].
func (p *Provider) Flows(context.Context) ([]metadata.Object, error) {
	names, err := p.store.Flows()
	found := make([]metadata.Object, len(names))
	for i, name := range names {
		found[i] = metadata.Object{Flow: name}
	}
	return found, err
}

// Flow implements [metadata.Provider].
func (p *Provider) Flow(_ context.Context, flow string) (metadata.Object, error) {
	runs, err := p.store.Runs(flow)
	if err == nil && len(runs) == 0 {
		err = missing("flow %q", flow)
	}
	return metadata.Object{Flow: flow}, err
}

// Runs implements [metadata.Provider].
func (p *Provider) Runs(ctx context.Context, flow string) ([]metadata.Object, error) {
	ids, err := p.store.Runs(flow)
	if err != nil {
		return nil, err
	}
	return gather(p, ids, func(id string) (metadata.Object, error) { return p.run(ctx, flow, id) })
}

// Run implements [metadata.Provider].
func (p *Provider) Run(ctx context.Context, flow, run string) (metadata.Object, error) {
	steps, err := p.store.Steps(flow, run)
	if err != nil {
		return metadata.Object{}, err
	}
	if len(steps) == 0 {
		return metadata.Object{}, missing("run %s/%s", flow, run)
	}
	return p.run(ctx, flow, run)
}

// firstStep is that of the task which holds a run's parameters.
const firstStep = "_parameters"

func (p *Provider) run(ctx context.Context, flow, run string) (metadata.Object, error) {
	k, err := p.about(ctx, flow, run)
	o := metadata.Object{Flow: flow, Run: run, User: k.User, Tags: k.Tags}
	if err != nil {
		return o, err
	}
	if micros, err := strconv.ParseInt(run, 10, 64); err == nil && len(run) == 16 { // such ids are times
		o.CreatedAt = time.UnixMicro(micros)
		return o, nil
	}
	ids, err := p.store.Tasks(flow, run, firstStep)
	if err == nil && len(ids) > 0 {
		o.CreatedAt, err = p.begun(artifact.Task{Flow: flow, Run: run, Step: firstStep, Task: ids[0]})
	}
	return o, err
}

// begun is when a task's first attempt was.
func (p *Provider) begun(t artifact.Task) (time.Time, error) {
	at, err := p.store.Begun(t, 0)
	if errors.Is(err, artifact.ErrMissing) {
		return time.Time{}, nil
	}
	return at, err
}

// Steps implements [metadata.Provider].
func (p *Provider) Steps(ctx context.Context, flow, run string) ([]metadata.Object, error) {
	names, err := p.store.Steps(flow, run)
	if err != nil {
		return nil, err
	}
	return gather(p, names, func(name string) (metadata.Object, error) { return p.Step(ctx, flow, run, name) })
}

// Step implements [metadata.Provider]. It was made with its first task.
func (p *Provider) Step(ctx context.Context, flow, run, step string) (metadata.Object, error) {
	ids, err := p.store.Tasks(flow, run, step)
	if err != nil {
		return metadata.Object{}, err
	}
	if len(ids) == 0 {
		return metadata.Object{}, missing("step %s/%s/%s", flow, run, step)
	}
	o, err := p.task(ctx, metadata.TaskID{Flow: flow, Run: run, Step: step, Task: ids[0]})
	o.Task = ""
	return o, err
}

// Tasks implements [metadata.Provider].
func (p *Provider) Tasks(ctx context.Context, flow, run, step string) ([]metadata.Object, error) {
	ids, err := p.store.Tasks(flow, run, step)
	if err != nil {
		return nil, err
	}
	return gather(p, ids, func(id string) (metadata.Object, error) {
		return p.task(ctx, metadata.TaskID{Flow: flow, Run: run, Step: step, Task: id})
	})
}

// Task implements [metadata.Provider].
func (p *Provider) Task(ctx context.Context, t metadata.TaskID) (metadata.Object, error) {
	states, err := p.store.Attempts(artifact.Task(t))
	if err != nil {
		return metadata.Object{}, err
	}
	if len(states) == 0 {
		return metadata.Object{}, missing("task %s", t)
	}
	return p.task(ctx, t)
}

func (p *Provider) task(ctx context.Context, t metadata.TaskID) (metadata.Object, error) {
	k, err := p.about(ctx, t.Flow, t.Run)
	o := metadata.Object{Flow: t.Flow, Run: t.Run, Step: t.Step, Task: t.Task, User: k.User, Tags: k.Tags}
	if err == nil {
		o.CreatedAt, err = p.begun(artifact.Task(t))
	}
	return o, err
}

// gather reads many objects side by side.
func gather(p *Provider, names []string, read func(name string) (metadata.Object, error)) ([]metadata.Object, error) {
	found := make([]metadata.Object, len(names))
	var g errgroup.Group
	g.SetLimit(p.store.Width())
	for i, name := range names {
		g.Go(func() (err error) {
			found[i], err = read(name)
			return err
		})
	}
	return found, g.Wait()
}
