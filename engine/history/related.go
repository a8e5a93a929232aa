package history

import (
	"context"
	"slices"

	"github.com/spindle-flow/spindle/engine/metadata"
)

// Direction is which way to go from a task.
type Direction string

// The directions of [Reader.Related].
const (
	Parents  Direction = "parents"
	Children Direction = "children"
)

// Related are the tasks whose results a task was given, or those that were given its results, in the order of their ids within a step.
func (r *Reader) Related(ctx context.Context, t metadata.TaskID, d Direction) ([]metadata.TaskID, error) {
	found, err := r.related(ctx, r.scope(), t, d)
	return found, classify(err)
}

func (r *Reader) related(ctx context.Context, sc scope, t metadata.TaskID, d Direction) ([]metadata.TaskID, error) {
	if d != Parents && d != Children {
		return nil, refuse(InvalidCall, "%q is not a direction: say parents or children", d)
	}
	if _, err := sc.meta.Task(ctx, t); err != nil {
		return nil, err
	}
	if t.Step == parametersStep {
		return nil, nil
	}
	p, err := r.placeOf(ctx, sc, t)
	if err != nil {
		return nil, err
	}
	var found []*place
	if d == Parents {
		found, err = r.parents(ctx, sc, t, p)
	} else {
		found, err = r.childrenOf(ctx, sc, t, p)
	}
	out := make([]metadata.TaskID, len(found))
	for i, q := range found {
		out[i] = metadata.TaskID{Flow: t.Flow, Run: t.Run, Step: q.step, Task: q.task}
	}
	return out, err
}

// parents are the tasks that went on to p.
func (r *Reader) parents(ctx context.Context, sc scope, t metadata.TaskID, p *place) ([]*place, error) {
	if !p.known {
		own, err := r.places(ctx, sc, t.Flow, t.Run, t.Step)
		if last := own.lastRound(p); err != nil || last != nil {
			return slices.DeleteFunc([]*place{last}, func(q *place) bool { return q == nil }), err
		}
	}
	steps, err := r.stepsBefore(ctx, sc, t)
	if err != nil {
		return nil, err
	}
	var found []*place
	for _, step := range steps {
		view, err := r.places(ctx, sc, t.Flow, t.Run, step)
		if err != nil {
			return nil, err
		}
		for _, q := range view.before(p) {
			if q.leadsTo(p) {
				found = append(found, q)
			}
		}
	}
	return found, nil
}

// before are the places that could lead to p by their frames: in the same foreach, outside of it, or inside of one that p closes.
func (v placesView) before(p *place) []*place {
	out := slices.Clone(v.byKey[p.key()])
	if outer, ok := p.outer(); ok {
		out = append(out, v.byKey[outer]...)
	}
	return append(out, v.byOuter[p.key()]...)
}

// lastRound is where a task came from that left nothing and is in a loop: from the loop's last round, being the next. Nil for any other task.
func (v placesView) lastRound(p *place) (last *place) {
	if p.known {
		return nil
	}
	for _, q := range v.byKey[p.key()] {
		if q.step == p.step && slices.Contains(q.next, p.step) && (last == nil || slices.Compare(q.rounds, last.rounds) > 0) {
			last = q
		}
	}
	return last
}

// stepsBefore are the steps that lead to the task's step by the graph; all of the run where there is no graph to read.
func (r *Reader) stepsBefore(ctx context.Context, sc scope, t metadata.TaskID) ([]string, error) {
	g, err := r.graph(ctx, sc, t)
	if err != nil {
		return nil, err
	}
	if g == nil {
		parameters, err := newestTask(ctx, sc, t.Flow, t.Run, parametersStep)
		if err != nil {
			return nil, err
		}
		if parameters != nil {
			if g, err = r.graph(ctx, sc, *parameters); err != nil {
				return nil, err
			}
		}
	}
	var steps []string
	if g != nil {
		for name, next := range g.next {
			if slices.Contains(next, t.Step) {
				steps = append(steps, name)
			}
		}
		slices.Sort(steps)
		return steps, nil
	}
	objects, err := sc.meta.Steps(ctx, t.Flow, t.Run)
	for _, o := range objects {
		if o.Step != parametersStep {
			steps = append(steps, o.Step)
		}
	}
	slices.Sort(steps)
	return steps, err
}

// childrenOf are the tasks that p went on to.
func (r *Reader) childrenOf(ctx context.Context, sc scope, t metadata.TaskID, p *place) ([]*place, error) {
	var found []*place
	for _, step := range p.next {
		view, err := r.places(ctx, sc, t.Flow, t.Run, step)
		if err != nil {
			return nil, err
		}
		for _, q := range view.after(p) {
			last := view.lastRound(q)
			ok := p.leadsTo(q) && (last == nil || last.task == p.task && last.step == p.step)
			if ok {
				found = append(found, q)
			}
		}
	}
	return found, nil
}

// after are the places that p could lead to by their frames.
func (v placesView) after(p *place) []*place {
	if p.split {
		return v.byOuter[p.key()]
	}
	out := slices.Clone(v.byKey[p.key()])
	if outer, ok := p.outer(); ok {
		out = append(out, v.byKey[outer]...)
	}
	return out
}
