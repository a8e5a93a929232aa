package spin

import (
	"context"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/run"
	"github.com/spindle-flow/spindle/engine/run/machine"
)

// overlay is the workbench as the machine asks for it: what was spun, and below it the origin.
type overlay struct {
	origin     *run.Origin // nil where there is none
	parameters *run.Finished
	bench      *Bench // nil for the origin alone
	unsplit    bool   // go by the origin's splits, so that what follows their joins can be reached
	plan       machine.Plan

	steps map[string]map[string]*run.Finished // of the origin, by step and key; read when first asked for
	err   error                               // the first that reading met
}

// originTasks are the origin's tasks of a step.
func (o *overlay) originTasks(ctx context.Context, step string) map[string]*run.Finished {
	if tasks, ok := o.steps[step]; ok || o.origin == nil {
		return tasks
	}
	list, err := o.origin.Tasks(ctx, step)
	if err != nil && o.err == nil {
		o.err = err
	}
	tasks := make(map[string]*run.Finished, len(list))
	for _, f := range list {
		tasks[f.Key] = f
	}
	if o.steps == nil {
		o.steps = map[string]map[string]*run.Finished{}
	}
	o.steps[step] = tasks
	return tasks
}

func stepOf(key string) string {
	step, _, _ := strings.Cut(key, "[")
	return step
}

// find is the newest task at a place.
func (o *overlay) find(ctx context.Context, key string) *run.Finished {
	if o.bench != nil {
		if e := o.bench.Tasks[key]; e != nil && !(o.unsplit && e.Transition != nil && e.Transition.Foreach != "" && o.originTasks(ctx, e.Step)[key] != nil) {
			return e.finished()
		}
	}
	return o.originTasks(ctx, stepOf(key))[key]
}

// keys are the places of a step that have a task.
func (o *overlay) keys(ctx context.Context, step string) []string {
	seen := map[string]bool{}
	for key := range o.originTasks(ctx, step) {
		seen[key] = true
	}
	if o.bench != nil {
		for key, e := range o.bench.Tasks {
			if e.Step == step {
				seen[key] = true
			}
		}
	}
	keys := make([]string, 0, len(seen))
	for key := range seen {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// walked is what the machine says of a step.
type walked struct {
	tasks   []Candidate // of the step, ready to be started
	missing []Candidate // of steps before it, ready as well
	steered map[string]string
}

// Candidate is a task that could be started.
type Candidate struct {
	start  machine.StartTask
	inputs []*run.Finished
}

// Key is the candidate's place in the run.
func (c *Candidate) Key() string { return run.KeyOf(c.start) }

// Step is the step it is a task of.
func (c *Candidate) Step() string { return c.start.Step }

// Indices are its places in the foreach loops around it, outermost first.
func (c *Candidate) Indices() []int {
	var list []int
	for _, f := range c.start.Stack.Frames() {
		list = append(list, f.Index)
	}
	return list
}

// Item is the text of its innermost foreach item.
func (c *Candidate) Item() string {
	frames := c.start.Stack.Frames()
	if len(frames) == 0 {
		return ""
	}
	return frames[len(frames)-1].Value
}

// walk lets the machine go from the start to the step's tasks, with those that hide names kept from it. steer sends switches towards the step that
// went elsewhere.
func (o *overlay) walk(ctx context.Context, step string, hide func(key string) bool, steer bool) (*walked, error) {
	w := &walked{steered: map[string]string{}}
	var found []*run.Finished
	before := o.before(step)
	const all = 1 << 30
	m, err := machine.New(o.plan, machine.Policy{MaxWorkers: all, MaxSplits: all, MaxAttempts: 1, Origin: func(key string) (machine.Past, bool) {
		name := stepOf(key)
		if name == step && hide(key) || name != step && !before[name] {
			return machine.Past{}, false
		}
		f := o.find(ctx, key)
		if f == nil {
			return machine.Past{}, false
		}
		tr := f.Transition
		if steer {
			tr = o.steered(name, step, tr, w.steered)
		}
		found = append(found, f)
		return machine.Past{Ref: len(found) - 1, Transition: tr}, true
	}})
	if err != nil {
		return nil, err
	}
	commands, err := m.Apply(machine.Begin{})
	if err == nil {
		err = o.err
	}
	if err != nil {
		return nil, err
	}
	tasks := map[machine.TaskID]*run.Finished{machine.Parameters: o.parameters}
	for _, c := range commands {
		switch c := c.(type) {
		case machine.CloneTask:
			tasks[c.Task] = found[c.Origin]
		case machine.StartTask:
			candidate := Candidate{start: c}
			for _, id := range c.Inputs {
				candidate.inputs = append(candidate.inputs, tasks[id])
			}
			if c.Step == step {
				w.tasks = append(w.tasks, candidate)
			} else if before[c.Step] {
				w.missing = append(w.missing, candidate)
			}
		}
	}
	return w, nil
}

// steered is the transition of a switch, or the one it would have had to make to come to the step.
func (o *overlay) steered(name, step string, tr *machine.Transition, noted map[string]string) *machine.Transition {
	s := o.step(name)
	if s == nil || s.Kind != machine.Switch || tr == nil || len(tr.Next) != 1 || o.leads(tr.Next[0], step) {
		return tr
	}
	for _, next := range s.Next {
		if next != name && o.leads(next, step) {
			noted[name] = next
			return &machine.Transition{Next: []string{next}}
		}
	}
	return tr
}

func (o *overlay) step(name string) *machine.Step {
	for i := range o.plan.Steps {
		if o.plan.Steps[i].Name == name {
			return &o.plan.Steps[i]
		}
	}
	return nil
}

// leads says whether a step is, or comes before, another.
func (o *overlay) leads(from, to string) bool {
	return from == to || o.before(to)[from]
}

// before are all steps from which one can come to a step.
func (o *overlay) before(step string) map[string]bool {
	into := map[string][]string{}
	for _, s := range o.plan.Steps {
		for _, next := range s.Next {
			into[next] = append(into[next], s.Name)
		}
	}
	seen := map[string]bool{}
	open := []string{step}
	for len(open) > 0 {
		name := open[0]
		open = open[1:]
		for _, in := range into[name] {
			if !seen[in] {
				seen[in] = true
				open = append(open, in)
			}
		}
	}
	return seen
}
