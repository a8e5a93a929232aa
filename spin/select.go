package spin

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/run/machine"
)

// Choice says which tasks of the step are meant.
type Choice struct {
	// Task is a task of the origin or the workbench, by id; empty for none in particular.
	Task string
	// Index is the place in the foreach loops around the step: that in the innermost, or those of all with commas between. Empty if not given.
	Index string
	// Item, when not nil, is the text of the innermost foreach's item.
	Item *string
	// All are all items.
	All bool
}

// NotReadyError says that steps before the one asked for have no result to go on from.
type NotReadyError struct {
	Step    string
	Origin  string   // empty when there is none
	Missing []string // steps, in the order they have to be run
}

// Error names the steps.
func (e *NotReadyError) Error() string {
	what := "the results of " + strings.Join(e.Missing, ", ")
	if e.Origin == "" {
		return fmt.Sprintf("step %q needs %s, and the flow has no run yet", e.Step, what)
	}
	return fmt.Sprintf("step %q needs %s, which run %s does not have in a form the flow as it is now can use", e.Step, what, e.Origin)
}

// ChoiceError says that a step has no such task.
type ChoiceError struct{ Reason string }

// Error says why.
func (e *ChoiceError) Error() string { return e.Reason }

// choose finds the tasks to run. note tells what the user should know of the choice.
func (o *overlay) choose(ctx context.Context, step string, c Choice, note func(string)) ([][]Candidate, error) {
	s := o.step(step)
	if s == nil {
		names := make([]string, len(o.plan.Steps))
		for i, s := range o.plan.Steps {
			names[i] = s.Name
		}
		return nil, &ChoiceError{fmt.Sprintf("there is no step %q; the steps are %s", step, strings.Join(names, ", "))}
	}
	key := ""
	if c.Task != "" {
		if key = o.keyOf(ctx, step, c.Task); key == "" {
			return nil, &ChoiceError{fmt.Sprintf("the origin has no finished task %s/%s", step, c.Task)}
		}
	}
	w, err := o.reach(ctx, step, key, note)
	if err != nil {
		return nil, err
	}
	if len(w.tasks) == 0 && !o.feeds(w.missing, step) {
		if w, err = o.past(ctx, step, key, w, note); err != nil {
			return nil, err
		}
	}
	if len(w.tasks) == 0 {
		return nil, o.notReady(step, w)
	}
	if s.Kind == machine.Switch && slices.Contains(s.Next, step) && key == "" {
		return o.lastRound(ctx, step, w, c, note)
	}
	return pick(step, w.tasks, c, key, note)
}

// reach walks to the step, past switches that went elsewhere if need be.
func (o *overlay) reach(ctx context.Context, step, key string, note func(string)) (*walked, error) {
	hide := func(string) bool { return true }
	if key != "" {
		hide = func(k string) bool { return k == key }
	}
	w, err := o.walk(ctx, step, hide, false)
	if err != nil || len(w.tasks) > 0 || len(w.missing) > 0 {
		return w, err
	}
	if w, err = o.walk(ctx, step, hide, true); err != nil {
		return w, err
	}
	for name, next := range w.steered {
		note(fmt.Sprintf("the run did not go from %s to %s; step %s is spun as if it had", name, next, step))
	}
	return w, nil
}

// feeds says whether what is missing would be an input of the step itself.
func (o *overlay) feeds(missing []Candidate, step string) bool {
	return slices.ContainsFunc(missing, func(c Candidate) bool {
		s := o.step(c.Step())
		return s != nil && slices.Contains(s.Next, step)
	})
}

// past goes to the step by the splits of the origin, when a spun one has items without results: what lies behind its join is still there.
func (o *overlay) past(ctx context.Context, step, key string, w *walked, note func(string)) (*walked, error) {
	if o.bench == nil || o.origin == nil || len(w.missing) == 0 {
		return w, nil
	}
	o.unsplit = true
	defer func() { o.unsplit = false }()
	again, err := o.reach(ctx, step, key, note)
	if err != nil || len(again.tasks) == 0 {
		return w, err
	}
	note(fmt.Sprintf("step %s is spun on what came of the origin's items: not all items of the spun split have results (%s)", step, w.missing[0].Step()))
	return again, nil
}

func (o *overlay) notReady(step string, w *walked) error {
	e := &NotReadyError{Step: step}
	if o.origin != nil {
		e.Origin = o.origin.Run()
	}
	for _, m := range w.missing {
		if !slices.Contains(e.Missing, m.Step()) {
			e.Missing = append(e.Missing, m.Step())
		}
	}
	if len(e.Missing) == 0 {
		for _, s := range o.plan.Steps {
			if slices.Contains(s.Next, step) && s.Name != step {
				e.Missing = append(e.Missing, s.Name)
			}
		}
	}
	return e
}

// keyOf is the place of a task of the origin or the workbench.
func (o *overlay) keyOf(ctx context.Context, step, task string) string {
	for key, f := range o.originTasks(ctx, step) {
		if f.Task == task {
			return key
		}
	}
	return ""
}

// lastRound goes on from the last round there is of a step that repeats itself.
func (o *overlay) lastRound(ctx context.Context, step string, w *walked, c Choice, note func(string)) ([][]Candidate, error) {
	chosen, err := pick(step, w.tasks, c, "", note)
	if err != nil {
		return nil, err
	}
	rounds := make([][]Candidate, 0, len(chosen))
	for _, gang := range chosen {
		first := gang[0].Key()
		prefix := first[:strings.LastIndexByte(first, '[')]
		last, key := -1, first
		for _, k := range o.keys(ctx, step) {
			if n := roundOf(k); k[:strings.LastIndexByte(k, '[')] == prefix && n > last {
				last, key = n, k
			}
		}
		again, err := o.reach(ctx, step, key, note)
		if err != nil {
			return nil, err
		}
		one := slices.IndexFunc(again.tasks, func(c Candidate) bool { return c.Key() == key })
		if one < 0 {
			rounds = append(rounds, gang)
			continue
		}
		if last > 0 {
			note(fmt.Sprintf("step %s repeats itself; its last round, number %d, is spun", step, last))
		}
		rounds = append(rounds, []Candidate{again.tasks[one]})
	}
	return rounds, nil
}

// pick chooses among the step's tasks. Those of a parallel step go together.
func pick(step string, tasks []Candidate, c Choice, key string, note func(string)) ([][]Candidate, error) {
	groups := gangs(tasks)
	inside := len(tasks[0].Indices()) > 0 && tasks[0].start.Node == nil
	switch {
	case key != "":
		groups = slices.DeleteFunc(groups, func(g []Candidate) bool { return g[0].Key() != key })
		if len(groups) == 0 {
			return nil, &ChoiceError{fmt.Sprintf("the task at %s has no inputs any more: something before it was spun and went elsewhere", key)}
		}
		return groups, nil
	case !inside && (c.Index != "" || c.Item != nil):
		return nil, &ChoiceError{fmt.Sprintf("step %q is not inside a foreach, so it has no index and no item", step)}
	case c.All:
		return groups, nil
	case c.Index != "":
		return byIndex(step, groups, c.Index)
	case c.Item != nil:
		return byItem(step, groups, *c.Item)
	}
	if len(groups) > 1 && inside {
		note(fmt.Sprintf("item 0 of %d of step %s; --index, --item or --all choose others", len(groups), step))
	}
	return groups[:1], nil
}

// gangs puts the tasks of one parallel step together.
func gangs(tasks []Candidate) [][]Candidate {
	var groups [][]Candidate
	for _, t := range tasks {
		if n := t.start.Node; n != nil && n.Index > 0 {
			last := len(groups) - 1
			groups[last] = append(groups[last], t)
			continue
		}
		groups = append(groups, []Candidate{t})
	}
	return groups
}

func byIndex(step string, groups [][]Candidate, text string) ([][]Candidate, error) {
	var wanted []int
	for part := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < 0 {
			return nil, &ChoiceError{fmt.Sprintf("%q is no index: give a number from 0, or for nested foreach loops one for each with commas between", text)}
		}
		wanted = append(wanted, n)
	}
	for _, g := range groups {
		indices := g[0].Indices()
		if len(wanted) <= len(indices) && slices.Equal(indices[len(indices)-len(wanted):], wanted) {
			return [][]Candidate{g}, nil
		}
	}
	return nil, &ChoiceError{fmt.Sprintf("step %q has no item %s; there are %s", step, text, listed(groups))}
}

func byItem(step string, groups [][]Candidate, item string) ([][]Candidate, error) {
	for _, g := range groups {
		if g[0].Item() == item {
			return [][]Candidate{g}, nil
		}
	}
	return nil, &ChoiceError{fmt.Sprintf("step %q has no item %q; there are %s", step, item, listed(groups))}
}

// listed names a few of the items there are.
func listed(groups [][]Candidate) string {
	const most = 12
	var names []string
	for i, g := range groups {
		if i == most {
			names = append(names, fmt.Sprintf("%d more", len(groups)-most))
			break
		}
		var at []string
		for _, n := range g[0].Indices() {
			at = append(at, strconv.Itoa(n))
		}
		name := strings.Join(at, ",")
		if v := g[0].Item(); v != "" {
			name += " (" + v + ")"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}
