package history

import (
	"context"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// Store is where the values of a run are: the store at hand, or the one its tasks were recorded with.
func (r *Reader) Store(ctx context.Context, flow, run string) *artifact.Store {
	return r.at(ctx, r.scope(), flow, run).store
}

// at is the scope of a run, whose values may be in another store than the one at hand: one list of runs can have some in a folder and some in S3.
func (r *Reader) at(ctx context.Context, sc scope, flow, run string) scope {
	if holds(sc.store, flow, run) {
		return sc
	}
	root, err := recordedRoot(ctx, sc, flow, run)
	if err != nil {
		return sc // what is wrong with the records shows where they are read
	}
	sc.store = r.storeAt(sc, root)
	return sc
}

// holds says whether a store has the run's first task.
func holds(s *artifact.Store, flow, run string) bool {
	ids, err := s.Tasks(flow, run, parametersStep)
	if err != nil || len(ids) == 0 {
		return false
	}
	attempts, err := s.Attempts(artifact.Task{Flow: flow, Run: run, Step: parametersStep, Task: ids[0]})
	return err != nil || len(attempts) > 0
}

// recordedRoot is the datastore that a task of the run was recorded with; empty where none was.
func recordedRoot(ctx context.Context, sc scope, flow, run string) (string, error) {
	steps, err := sc.meta.Steps(ctx, flow, run)
	if err != nil {
		return "", err
	}
	for _, step := range steps {
		if step.Step == parametersStep {
			continue
		}
		tasks, err := sc.meta.Tasks(ctx, flow, run, step.Step)
		if err != nil || len(tasks) == 0 {
			continue
		}
		fields, err := sc.meta.Fields(ctx, metadata.TaskID{Flow: flow, Run: run, Step: step.Step, Task: tasks[0].Task}, "ds-root")
		if err != nil {
			return "", err
		}
		if root := rootOf(metadata.RootLocation(fields["ds-root"].Value)); root != "" {
			return root, nil
		}
	}
	return "", nil
}

// Root is the datastore that a run's tasks were recorded with; empty where no record says so.
func (r *Reader) Root(ctx context.Context, flow, run string) string {
	root, err := recordedRoot(ctx, r.scope(), flow, run)
	if err != nil {
		return "" // what is wrong with the records shows where they are read
	}
	return root
}
