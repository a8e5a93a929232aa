package batch

import (
	"context"
	"fmt"
	"sync"

	"github.com/spindle-flow/spindle/engine/compute"
)

// gangs brings together the tasks of parallel steps: Batch runs them as one job of several nodes.
type gangs struct {
	b *Batch

	mu      sync.Mutex
	waiting map[string]*gang // that are not complete
}

type gang struct {
	job     *job
	specs   []compute.Spec
	missing int
	ready   chan struct{} // closed once it is submitted, or was not
	outcome compute.Outcome
	done    bool // there is an outcome without a job
	err     error
}

// run waits until all nodes are there; the last to come submits the job for all.
func (gs *gangs) run(ctx context.Context, spec compute.Spec, n *node, s *Step) (compute.Outcome, error) {
	p := spec.Task.Parallel
	key := fmt.Sprintf("%s/%s/%d", spec.Task.Step, p.ControlTaskID, spec.Task.Attempt)
	gs.mu.Lock()
	g := gs.waiting[key]
	if g == nil {
		g = &gang{
			job: &job{step: s, nodes: make([]*node, p.NumNodes)}, specs: make([]compute.Spec, p.NumNodes), missing: p.NumNodes,
			ready: make(chan struct{}),
		}
		gs.waiting[key] = g
	}
	g.job.nodes[p.NodeIndex], g.specs[p.NodeIndex] = n, spec
	n.job = g.job
	g.missing--
	last := g.missing == 0
	if last {
		delete(gs.waiting, key)
	}
	gs.mu.Unlock()
	if last {
		gs.start(ctx, g)
	}
	select {
	case <-g.ready:
	case <-ctx.Done():
		if !last && gs.leave(key, g) {
			return interrupted(), nil
		}
		<-g.ready // it is being submitted, and must be known to be ended
	}
	if g.done || g.err != nil {
		return g.outcome, g.err
	}
	return gs.b.await(ctx, n)
}

// start submits the job of all. What the origin left at their place is ended: its nodes are tied to its run.
func (gs *gangs) start(ctx context.Context, g *gang) {
	defer close(g.ready)
	for _, spec := range g.specs {
		if r, ok := gs.b.take(placeOf(spec.Task)); ok {
			if _, err := gs.b.usable(ctx, &r, g.job.step); err == nil {
				err = gs.b.journal.Over(r.Name)
				g.err = err
			}
		}
	}
	if g.err == nil {
		g.outcome, g.done, g.err = gs.b.start(ctx, g.job, g.specs, nil)
	}
}

// leave takes a gang apart that will not be complete, and says whether that was so.
func (gs *gangs) leave(key string, g *gang) bool {
	gs.mu.Lock()
	defer gs.mu.Unlock()
	if gs.waiting[key] != g {
		return g.missing > 0
	}
	delete(gs.waiting, key)
	return true
}
