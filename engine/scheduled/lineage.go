package scheduled

import (
	"context"
	"fmt"
	"slices"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/plain"
	"github.com/spindle-flow/spindle/engine/task"
	"github.com/spindle-flow/spindle/engine/worker"
)

// lineage is what a task has of those before it.
type lineage struct {
	inputs    []worker.Input // as the step sees them
	tables    []*task.Table
	frames    []worker.Frame
	iteration []int
}

// lineage reads the task's parents.
func (o *one) lineage(ctx context.Context) (*lineage, error) {
	parents, err := o.parents(ctx)
	if err != nil {
		return nil, err
	}
	l := &lineage{}
	for _, p := range parents {
		t := task.TableOf(p.table)
		l.tables = append(l.tables, t)
		l.inputs = append(l.inputs, worker.Input{Pathspec: p.task.Run + "/" + p.task.Step + "/" + p.task.Task, Step: p.task.Step, Artifacts: t.Refs()})
	}
	first := parents[0]
	if l.frames, err = o.frames(ctx, first); err != nil {
		return nil, fmt.Errorf("task %s: %w", first.task, err)
	}
	if l.iteration, err = o.iteration(ctx, first); err != nil {
		return nil, fmt.Errorf("task %s: %w", first.task, err)
	}
	return l, nil
}

// frames is the task's foreach stack: that of its parent, one level more behind a foreach, one less in the join of one.
func (o *one) frames(ctx context.Context, p *parent) ([]worker.Frame, error) {
	stack, err := items[plain.ForeachFrame](ctx, o, p.table, "_foreach_stack")
	if err != nil {
		return nil, err
	}
	frames := make([]worker.Frame, 0, len(stack)+1)
	for _, f := range stack {
		w := worker.Frame{Step: f.Step, Var: f.Var, Index: int(f.Index), Value: f.Value}
		if f.NumSplits != nil {
			n := int(*f.NumSplits)
			w.NumSplits = &n
		}
		frames = append(frames, w)
	}
	if depth := len(o.step.Foreach); o.step.Join {
		frames = frames[:min(depth, len(frames))]
	} else if p.step != nil && p.step.Node.Foreach != "" {
		frame, err := o.frame(ctx, p.table)
		if err != nil {
			return nil, err
		}
		frames = append(frames, frame)
	}
	if len(frames) != len(o.path) {
		return nil, fmt.Errorf("it is in %d foreaches, and step %q should follow it in %d", len(stack), o.step.Name, len(o.path))
	}
	return frames, nil
}

// frame is the task's place in the foreach that its parent began.
func (o *one) frame(ctx context.Context, table artifact.Objects) (worker.Frame, error) {
	f := worker.Frame{Step: o.step.Name, Index: o.path[len(o.path)-1]}
	splits, err := value[int64](ctx, o, table, "_foreach_num_splits")
	if err != nil {
		return f, err
	}
	n := int(splits)
	if f.NumSplits = &n; f.Index >= n {
		return f, fmt.Errorf("it has %d items, and %s=%q asks for item %d", n, EnvPath, o.At.Path, f.Index)
	}
	if f.Var, err = value[string](ctx, o, table, "_foreach_var"); err != nil {
		return f, err
	}
	values, err := items[string](ctx, o, table, "_foreach_values")
	if err == nil && f.Index < len(values) {
		f.Value = values[f.Index]
	}
	return f, err
}

// iteration is the task's iteration stack: one more in a loop, one level less after it, one level more before another.
func (o *one) iteration(ctx context.Context, p *parent) ([]int, error) {
	rounds, err := items[int64](ctx, o, p.table, "_iteration_stack")
	if err != nil {
		return nil, err
	}
	stack := make([]int, 0, len(rounds)+1)
	for _, n := range rounds {
		stack = append(stack, int(n))
	}
	if p.step != nil && p.step.Recursive && len(stack) > 0 {
		if p.step.Name == o.step.Name {
			stack[len(stack)-1]++
			return stack, nil
		}
		stack = stack[:len(stack)-1]
	}
	if o.step.Recursive {
		stack = append(stack, 0)
	}
	return stack, nil
}

// message is what the step's process is told.
func (o *one) message(number int, l *lineage) (worker.Task, error) {
	t := o.base(number)
	s := o.step
	t.Step, t.TaskID, t.Join, t.Node = s.Name, o.At.TaskID(), s.Join, s.Node
	t.UserRetries, t.ErrorRetries = s.Retries.User, s.Retries.Error
	if s.Retries.Error == 0 { // whoever starts it again wants it run: there is nothing to handle a failure
		t.UserRetries = max(t.UserRetries, number)
	}
	t.ForeachStack, t.IterationStack, t.InputCount = l.frames, l.iteration, len(l.inputs)
	if n := len(o.path); n > 0 {
		t.SplitIndex = &o.path[n-1]
	}
	t.Env = map[string]string{}
	for name, value := range s.Env {
		t.Env[name] = value
	}
	t.Env["METAFLOW_RUN_ID"] = o.run
	if len(l.inputs) <= task.InlineInputs {
		t.Inputs = l.inputs
		return t, nil
	}
	t.InputsFile = o.place.Folders.Scratch + "/inputs.ndjson"
	return t, task.WriteInputs(t.InputsFile, slices.Values(l.inputs))
}

// base is what every process of the run is told.
func (o *one) base(number int) worker.Task {
	d := o.Deployment
	t := worker.Task{
		Type: "task", Protocol: worker.Protocol, Kind: "step", Source: o.place.Code + "/" + d.Source, Class: d.Class, With: d.With, Options: d.Options,
		Flow: d.Flow, RunID: o.run, Attempt: number, ForeachStack: []worker.Frame{}, IterationStack: []int{},
		Namespace: d.Namespace, User: d.User, Tags: d.Tags, Project: d.Project, ParameterNames: d.ParameterNames,
		Scratch: o.place.Folders.Scratch, Spill: o.place.Folders.Spill, TempDir: o.place.TempDir,
	}
	if t.Tags == nil {
		t.Tags = []string{}
	}
	if t.With == nil {
		t.With = []string{}
	}
	return t
}
