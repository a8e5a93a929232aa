package run

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/run/machine"
)

// prepareResumed reads the origin, makes the run and takes over the origin's parameters.
func (r *runner) prepareResumed(ctx context.Context, policy *machine.Policy) error {
	rerun, err := r.rerun(r.cfg.Resume.Step)
	if err != nil {
		return err
	}
	o, err := r.past(ctx, rerun)
	if err != nil {
		return err
	}
	if err := r.register(ctx); err != nil {
		return err
	}
	r.emit(RunStarted{At: r.cfg.Clock.Now(), Flow: r.flow, Run: r.id, Origin: r.origin})
	if err := r.mendOrigin(ctx); err != nil {
		return r.storage("pass on what is recorded about run "+r.origin, err)
	}
	if err := r.cloneParameters(context.WithoutCancel(ctx), o.parameters); err != nil {
		return r.storage("clone the parameters", err)
	}
	r.pasts = o.tasks
	policy.CloneOnly = r.cfg.Resume.CloneOnly
	policy.Origin = func(key string) (machine.Past, bool) {
		i, ok := o.byKey[key]
		if !ok {
			return machine.Past{}, false
		}
		return machine.Past{Ref: i, Transition: o.tasks[i].transition}, true
	}
	return nil
}

// past is what had finished before, the overlay in place.
func (r *runner) past(ctx context.Context, rerun map[string]bool) (*origin, error) {
	over := r.cfg.Resume.Overlay
	if over != nil && over.Parameters != nil {
		r.origin = over.Parameters.Run
		return over.onto(&origin{parameters: over.Parameters.past(), byKey: map[string]int{}}), nil
	}
	if err := r.findOrigin(); err != nil {
		return nil, err
	}
	r.emit(ResumeStarted{At: r.cfg.Clock.Now(), Flow: r.flow, Origin: r.origin})
	o, err := r.readOrigin(ctx, rerun)
	if err != nil || over == nil {
		return o, err
	}
	return over.onto(o), nil
}

func (over *Overlay) onto(o *origin) *origin {
	for key := range over.Drop {
		delete(o.byKey, key)
	}
	for _, f := range over.Tasks {
		o.byKey[f.Key] = len(o.tasks)
		o.tasks = append(o.tasks, f.past())
	}
	return o
}

// findOrigin is the run given, or the flow's latest.
func (r *runner) findOrigin() error {
	r.origin = r.cfg.Resume.Origin
	if r.origin != "" {
		return nil
	}
	latest, err := r.cfg.Store.LatestRun(r.flow)
	if errors.Is(err, artifact.ErrMissing) || err == nil && latest == "" {
		return &OriginError{Flow: r.flow, Reason: "a previous run id was not found; specify --origin-run-id"}
	}
	if err != nil {
		return &StorageError{Op: "find the run to resume", Flow: r.flow, Err: err}
	}
	r.origin = latest
	return nil
}

// rerun is the step to run again with all that follows it.
func (r *runner) rerun(step string) (map[string]bool, error) {
	again := map[string]bool{}
	if step == "" {
		return again, nil
	}
	if r.steps[step] == nil {
		names := slices.Sorted(maps.Keys(r.steps))
		return nil, &OriginError{Flow: r.flow, Reason: fmt.Sprintf("there is no step %q to resume from; the steps are %s", step, strings.Join(names, ", "))}
	}
	open := []string{step}
	for len(open) > 0 {
		name := open[0]
		open = open[1:]
		if !again[name] {
			again[name] = true
			open = append(open, r.steps[name].machine.Next...)
		}
	}
	return again, nil
}

// cloneParameters takes over the origin's parameters task, as task 0 of this run.
func (r *runner) cloneParameters(ctx context.Context, p *past) error {
	rec := &record{id: r.newID(), step: ParametersStep, table: p.table}
	r.records = []*record{rec}
	key := artifact.Task{Flow: r.flow, Run: r.id, Step: ParametersStep, Task: rec.id}
	if err := r.writeClone(ctx, key, p); err != nil {
		return err
	}
	return r.finishParameters(ctx, key)
}

// writeClone makes a task of this run that has all the origin's task has, by reference to the same blobs.
func (r *runner) writeClone(ctx context.Context, key artifact.Task, p *past) error {
	if err := r.cfg.Metadata.RegisterTask(ctx, metadata.TaskID(key), r.tags); err != nil {
		return err
	}
	if err := r.cfg.Store.Begin(key, 0); err != nil {
		return err
	}
	return r.saveTable(ctx, key, 0, p.table.Objects())
}

func (r *runner) cloneRecords(p *past) []metadata.Record {
	origin := r.origin
	if p.run != "" {
		origin = p.run
	}
	return metadata.CloneRecords(origin, p.task, 0, r.cfg.System, scriptName(r.cfg))
}
