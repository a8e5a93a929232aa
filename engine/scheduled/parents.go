package scheduled

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/spindle-flow/spindle/engine/artifact"
)

// parent is a finished task that another one follows.
type parent struct {
	step  *Step
	task  artifact.Task
	table artifact.Objects
}

// loops says whether some step of a flow can be reached again.
func loops(d *Deployment) bool {
	const open, closed = 1, 2
	state := map[string]int{}
	var visit func(name string) bool
	visit = func(name string) bool {
		s := d.Step(name)
		if s == nil || state[name] == closed {
			return false
		}
		if state[name] == open {
			return true
		}
		state[name] = open
		defer func() { state[name] = closed }()
		return slices.ContainsFunc(s.Node.Next, visit)
	}
	return visit(d.Start)
}

// parents are the tasks the task's inputs come from, as the step sees them.
func (o *one) parents(ctx context.Context) ([]*parent, error) {
	switch {
	case o.step.Name == o.Deployment.Start && o.At.From == "":
		p, err := o.finished(ParametersStep, ParametersTask)
		return []*parent{p}, err
	case o.step.Join:
		return o.joined(ctx)
	}
	name, loop, err := o.At.from()
	if err != nil {
		return nil, err
	}
	from := o.Deployment.Step(name)
	if from == nil {
		return nil, fmt.Errorf("%s=%q: flow %s has no such step", EnvFrom, o.At.From, o.Deployment.Flow)
	}
	if len(from.Foreach) > len(o.path) {
		return nil, fmt.Errorf("%s=%q is in more foreaches than step %q, which is no join", EnvFrom, o.At.From, o.step.Name)
	}
	p, err := o.finished(name, taskID(pathOf(o.path[:len(from.Foreach)]), loop))
	return []*parent{p}, err
}

// finished reads a task that must have finished: the scheduler has gone on from it.
func (o *one) finished(step, id string) (*parent, error) {
	t := artifact.Task{Flow: o.Deployment.Flow, Run: o.run, Step: step, Task: id}
	attempt, err := o.Store.LatestDone(t)
	if err != nil {
		return nil, fmt.Errorf("the step before %q: %w", o.step.Name, err)
	}
	data, err := o.Store.Data(t, attempt)
	if err != nil {
		return nil, fmt.Errorf("the step before %q: %w", o.step.Name, err)
	}
	return &parent{step: o.Deployment.Step(step), task: t, table: data.Objects}, nil
}

// joined are the tasks that lead to a join: by index, or by branch.
func (o *one) joined(ctx context.Context) ([]*parent, error) {
	split := o.Deployment.Step(o.step.Split)
	if split == nil {
		return nil, fmt.Errorf("flow %s has no step %q", o.Deployment.Flow, o.step.Split)
	}
	before, err := o.finished(split.Name, taskID(o.At.Path, o.At.Loop))
	if err != nil {
		return nil, err
	}
	if split.Node.Foreach == "" {
		return o.each(ctx, len(o.step.Branches), func(ctx context.Context, i int) (*parent, error) {
			return o.arrived(ctx, o.step.Branches[i], o.At.Path, o.listed(o.step.Branches[i]))
		})
	}
	n, err := value[int64](ctx, o, before.table, "_foreach_num_splits")
	if err != nil {
		return nil, err
	}
	branch := slices.Concat(o.step.Branches...)
	listed := o.listed(branch)
	return o.each(ctx, int(n), func(ctx context.Context, i int) (*parent, error) {
		return o.arrived(ctx, branch, pathOf(append(slices.Clip(o.path), i)), listed)
	})
}

// each finds parents side by side.
func (o *one) each(ctx context.Context, n int, find func(ctx context.Context, i int) (*parent, error)) ([]*parent, error) {
	found := make([]*parent, n)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(o.Store.Width())
	for i := range found {
		g.Go(func() (err error) {
			found[i], err = find(ctx, i)
			return err
		})
	}
	return found, g.Wait()
}

// listed gives the ids of a step's tasks, read once. It is asked only where ids cannot be told from coordinates.
func (o *one) listed(steps []string) map[string]func() ([]string, error) {
	lists := map[string]func() ([]string, error){}
	for _, step := range steps {
		lists[step] = sync.OnceValues(func() ([]string, error) { return o.Store.Tasks(o.Deployment.Flow, o.run, step) })
	}
	return lists
}

// arrived is the one task at a path, of the steps that may lead to the join, that did. Which that is depends on what switches chose.
func (o *one) arrived(ctx context.Context, steps []string, path string, listed map[string]func() ([]string, error)) (*parent, error) {
	for _, name := range steps {
		ids := []string{taskID(path, o.At.Loop)}
		if o.loops {
			all, err := listed[name]()
			if err != nil {
				return nil, err
			}
			ids = rounds(all, path)
		}
		for _, id := range ids {
			p, err := o.leads(ctx, name, id)
			if err != nil || p != nil {
				return p, err
			}
		}
	}
	return nil, fmt.Errorf("step %q joins %q, and no task of %s has finished for it (path %q)", o.step.Name, o.step.Split, strings.Join(steps, ", "), path)
}

// rounds are the ids at a path, that of the last round first.
func rounds(ids []string, path string) []string {
	base := taskID(path, 0)
	var list []string
	for _, id := range ids {
		if round, ok := strings.CutPrefix(id, base); ok && (round == "" || round[0] == '.') {
			list = append(list, id)
		}
	}
	number := func(id string) int {
		n, _ := strconv.Atoi(strings.TrimPrefix(strings.TrimPrefix(id, base), "."))
		return n
	}
	slices.SortFunc(list, func(a, b string) int { return number(b) - number(a) })
	return list
}

// leads is a task if it has finished and leads to the join, else nil.
func (o *one) leads(ctx context.Context, step, id string) (*parent, error) {
	p, err := o.finished(step, id)
	if errors.Is(err, artifact.ErrUnfinished) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !p.step.isSwitch() {
		return p, nil
	}
	next, err := o.next(ctx, p.table)
	if err != nil || !slices.Contains(next, o.step.Name) {
		return nil, err
	}
	return p, nil
}

func (s *Step) isSwitch() bool { return s.Node.Condition != "" }
