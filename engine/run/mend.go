package run

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"sync/atomic"
	"syscall"

	"golang.org/x/sync/errgroup"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/plain"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// mendAtOnce is how many tasks of an origin are looked at side by side.
const mendAtOnce = 16

// mender passes on what an origin that was killed could not: its records waited in the memory of its process. Tasks that the provider does not know, or not as
// finished, are recorded from what the store has of them. What only the process knew is lost: the times, earlier attempts, the code package, where tasks ran.
type mender struct {
	r     *runner
	or    *originReader
	tags  metadata.Tags
	known map[metadata.TaskID]bool
	gone  bool // the origin's process has ended: nobody else will pass anything on
	tasks atomic.Int64
}

// mendOrigin mends the whole origin, which readers look up: for the tasks that those of this run were taken from, and for what became of the others.
func (r *runner) mendOrigin(ctx context.Context) error {
	to := r.deferred.to
	st := r.originState()
	if to == nil || r.origin == "" || st.State != StateRunning && st.State != "" && !st.Unrecorded {
		return nil // its own process has said that it ended: before that it has passed on all it could
	}
	run, err := to.Run(ctx, r.flow, r.origin)
	if errors.Is(err, metadata.ErrNotFound) {
		return nil // it was recorded elsewhere: there nothing is missing
	}
	if err != nil {
		return err
	}
	m := &mender{
		r: r, or: newOriginReader(r), tags: run.Tags, known: map[metadata.TaskID]bool{},
		gone: !st.alive(),
	}
	steps := []string{ParametersStep}
	for _, s := range r.plan.Steps {
		steps = append(steps, s.Name)
	}
	for _, step := range steps {
		if err := m.step(ctx, step); err != nil {
			return err
		}
	}
	if n := int(m.tasks.Load()); n > 0 {
		r.emit(OriginMended{At: r.cfg.Clock.Now(), Run: r.origin, Tasks: n})
	}
	return nil
}

// originState is what the origin says of itself, where it was run on this machine.
func (r *runner) originState() (st State) {
	text, err := os.ReadFile(StateFile(r.cfg.Store.Folder(), r.flow, r.origin))
	if err != nil || json.Unmarshal(text, &st) != nil {
		return State{}
	}
	return st
}

// alive says whether the run's process may still be there.
func (s State) alive() bool {
	host, err := os.Hostname()
	if err != nil || s.State != StateRunning || s.Host != host || s.PID == os.Getpid() || s.PID <= 0 {
		return false
	}
	err = syscall.Kill(s.PID, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}

// step mends the tasks of a step that the store has.
func (m *mender) step(ctx context.Context, step string) error {
	r := m.r
	ids, err := r.cfg.Store.Tasks(r.flow, r.origin, step)
	if err != nil || len(ids) == 0 {
		return err
	}
	there, err := r.deferred.to.Tasks(ctx, r.flow, r.origin, step)
	if err != nil {
		return err
	}
	for _, o := range there {
		m.known[metadata.TaskID{Flow: r.flow, Run: r.origin, Step: o.Step, Task: o.Task}] = true
	}
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(mendAtOnce)
	for _, id := range ids {
		g.Go(func() error { return m.task(gctx, metadata.TaskID{Flow: r.flow, Run: r.origin, Step: step, Task: id}) })
	}
	return g.Wait()
}

// task records what is missing of one task.
func (m *mender) task(ctx context.Context, t metadata.TaskID) error {
	attempts, err := m.r.cfg.Store.Attempts(artifact.Task(t))
	latest, begun := artifact.Latest(attempts)
	if err != nil || !begun {
		return err
	}
	fields := map[string]metadata.Record{}
	if m.known[t] {
		if fields, err = m.r.deferred.to.Fields(ctx, t, "attempt", "attempt_ok", "attempt-done", "start_step"); err != nil {
			return err
		}
	}
	_, began := fields["attempt"]
	if t.Step == ParametersStep { // it is no attempt of a step
		_, began = fields["start_step"]
	}
	_, judged := fields["attempt_ok"]
	_, done := fields["attempt-done"]
	switch {
	case done || !latest.Done && (began || !m.gone):
		return nil
	case !latest.Done:
		m.tasks.Add(1)
		return m.begin(ctx, t, latest.Attempt, nil)
	}
	data, err := m.r.cfg.Store.Data(artifact.Task(t), latest.Attempt)
	if err != nil {
		return nil // what is damaged is said when it is to be taken over
	}
	m.tasks.Add(1)
	if !began {
		if err := m.begin(ctx, t, latest.Attempt, data.Objects); err != nil {
			return err
		}
	}
	return m.end(ctx, t, latest.Attempt, data.Objects, judged)
}

// begin makes a task known, as far as its table, nil for none, tells what it was.
func (m *mender) begin(ctx context.Context, t metadata.TaskID, attempt int, objects artifact.Objects) error {
	r := m.r
	if !m.known[t] {
		if err := r.deferred.to.RegisterTask(ctx, t, m.tags); err != nil {
			return err
		}
	}
	if t.Step == ParametersStep {
		return r.deferred.to.AddMetadata(ctx, t, r.parametersRecords())
	}
	start := metadata.Start{
		Attempt: attempt, OriginRun: r.originState().Origin, DSType: r.cfg.Store.Kind(), DSRoot: r.cfg.Store.Root(), Script: scriptName(r.cfg), System: r.cfg.System,
	}
	stack, err := m.or.values.Get(ctx, objects, "_foreach_stack")
	if err != nil {
		return nil // as above
	}
	frames, _ := stack.([]any)
	for _, f := range frames {
		if f, ok := f.(plain.ForeachFrame); ok {
			start.Frames = append(start.Frames, metadata.Frame{Step: f.Step, Var: f.Var, Value: f.Value, Index: int(f.Index)})
		}
	}
	return r.deferred.to.AddMetadata(ctx, t, start.Records())
}

// end records the artifacts of a finished task, and how it ended.
func (m *mender) end(ctx context.Context, t metadata.TaskID, attempt int, objects artifact.Objects, judged bool) error {
	if err := m.r.keeper.MendArtifacts(ctx, artifact.Task(t), attempt, objects, m.tags); err != nil {
		return err
	}
	records := metadata.DoneRecords(attempt)
	if !judged && t.Step != ParametersStep {
		ok, err := m.or.succeeded(ctx, objects)
		if err != nil {
			return nil // as above
		}
		records = append(metadata.EndRecords(attempt, ok), records...)
	}
	return m.r.deferred.to.AddMetadata(ctx, t, records)
}

// elsewhere says whether the origin was run where its values did not go into this run's store: a service knows more runs than one store has.
func (r *runner) elsewhere(ctx context.Context) bool {
	if r.deferred.to == nil {
		return false
	}
	tasks, err := r.deferred.to.Tasks(ctx, r.flow, r.origin, ParametersStep)
	return err == nil && len(tasks) > 0
}
