package run

import (
	"context"
	"encoding/json"
	"errors"
	"os"

	"golang.org/x/sync/errgroup"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// mendAtOnce is how many tasks of an origin are looked at side by side.
const mendAtOnce = 16

// mendOrigin passes on what an origin that was killed could not: readers look for the tasks that those of this run were taken from. Finished tasks that
// the provider does not know, or not as finished, are recorded from what the store has of them; nothing else of the origin is touched.
func (r *runner) mendOrigin(ctx context.Context, pasts []*past) error {
	to := r.deferred.to
	if to == nil || r.originEnded() {
		return nil
	}
	run, err := to.Run(ctx, r.flow, r.origin)
	if errors.Is(err, metadata.ErrNotFound) {
		return nil // it was recorded elsewhere: there nothing is missing
	}
	if err != nil {
		return err
	}
	known := map[metadata.TaskID]bool{}
	looked := map[string]bool{}
	for _, p := range pasts {
		if p.run != "" || looked[p.step] {
			continue
		}
		looked[p.step] = true
		tasks, err := to.Tasks(ctx, r.flow, r.origin, p.step)
		if err != nil {
			return err
		}
		for _, o := range tasks {
			known[metadata.TaskID{Flow: r.flow, Run: r.origin, Step: o.Step, Task: o.Task}] = true
		}
	}
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(mendAtOnce)
	for _, p := range pasts {
		t := metadata.TaskID{Flow: r.flow, Run: r.origin, Step: p.step, Task: p.task}
		if p.run == "" {
			g.Go(func() error { return r.mendTask(gctx, t, known[t], p, run.Tags) })
		}
	}
	return g.Wait()
}

// originEnded says whether the origin's own process has said that it ended: before that it has passed on all it could.
func (r *runner) originEnded() bool {
	text, err := os.ReadFile(StateFile(r.cfg.Store.Folder(), r.flow, r.origin))
	var st State
	return err == nil && json.Unmarshal(text, &st) == nil && st.State != StateRunning && !st.Unrecorded
}

// mendTask records what is missing of one task.
func (r *runner) mendTask(ctx context.Context, t metadata.TaskID, known bool, p *past, tags metadata.Tags) error {
	to := r.deferred.to
	began, judged := false, false
	if known {
		fields, err := to.Fields(ctx, t, "attempt", "attempt_ok", "attempt-done")
		if err != nil {
			return err
		}
		if _, done := fields["attempt-done"]; done {
			return nil
		}
		_, began = fields["attempt"]
		_, judged = fields["attempt_ok"]
	}
	attempt, err := r.cfg.Store.LatestDone(artifact.Task(t))
	if err != nil {
		return err
	}
	if !known {
		if err := to.RegisterTask(ctx, t, tags); err != nil {
			return err
		}
	}
	if !began {
		start := metadata.Start{Attempt: attempt, DSType: r.cfg.Store.Kind(), DSRoot: r.cfg.Store.Root(), Script: scriptName(r.cfg), System: r.cfg.System}
		if err := to.AddMetadata(ctx, t, start.Records()); err != nil {
			return err
		}
	}
	if err := r.mendArtifacts(ctx, t, attempt, p, tags); err != nil {
		return err
	}
	records := metadata.DoneRecords(attempt)
	if !judged {
		records = append(metadata.EndRecords(attempt, true), records...)
	}
	return to.AddMetadata(ctx, t, records)
}

func (r *runner) mendArtifacts(ctx context.Context, t metadata.TaskID, attempt int, p *past, tags metadata.Tags) error {
	there, err := r.deferred.to.Artifacts(ctx, t, attempt)
	if err != nil {
		return err
	}
	objects := p.table.objects()
	for _, a := range there {
		delete(objects, a.Name)
	}
	records := make([]metadata.ArtifactRecord, 0, len(objects))
	for name, ref := range objects {
		records = append(records, metadata.ArtifactRecord{Name: name, Key: string(ref.Key), ContentType: ref.Encoding})
	}
	return r.deferred.to.AddArtifacts(ctx, t, attempt, r.cfg.Store.Kind(), metadata.RootLocation(r.cfg.Store.Root()), tags, records)
}

// elsewhere says whether the origin was run where its values did not go into this run's store: a service knows more runs than one store has.
func (r *runner) elsewhere(ctx context.Context) bool {
	if r.deferred.to == nil {
		return false
	}
	tasks, err := r.deferred.to.Tasks(ctx, r.flow, r.origin, ParametersStep)
	return err == nil && len(tasks) > 0
}
