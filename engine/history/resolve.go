package history

import (
	"context"
	"slices"

	"github.com/spindle-flow/spindle/engine/metadata"
)

// Tasks are the tasks that run/step or run/step/task names, or of all steps for a run alone, by step in the order they were begun and then by id.
// Naming something that is not there is an error.
func (r *Reader) Tasks(ctx context.Context, flow, spec string) ([]metadata.TaskID, error) {
	found, err := r.tasks(ctx, r.scope(), flow, spec)
	return found, classify(err)
}

func (r *Reader) tasks(ctx context.Context, sc scope, flow, spec string) ([]metadata.TaskID, error) {
	p, err := parsePath(flow+"/"+spec, 2, 4)
	if err != nil {
		return nil, refuse(InvalidPathspec, "%q does not name a step or task: say run/step or run/step/task", spec)
	}
	switch p.depth {
	case 4:
		_, err := sc.meta.Task(ctx, p.TaskID)
		return []metadata.TaskID{p.TaskID}, err
	case 3:
		if _, err := sc.meta.Step(ctx, p.Flow, p.Run, p.Step); err != nil {
			return nil, err
		}
		return r.tasksOf(ctx, sc, p.TaskID)
	}
	if _, err := sc.meta.Run(ctx, p.Flow, p.Run); err != nil {
		return nil, err
	}
	steps, err := sc.meta.Steps(ctx, p.Flow, p.Run)
	if err != nil {
		return nil, err
	}
	newestFirst(steps)
	var found []metadata.TaskID
	for _, o := range slices.Backward(steps) {
		some, err := r.tasksOf(ctx, sc, metadata.TaskID{Flow: p.Flow, Run: p.Run, Step: o.Step})
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	return found, nil
}

func (r *Reader) tasksOf(ctx context.Context, sc scope, step metadata.TaskID) ([]metadata.TaskID, error) {
	objects, err := sc.meta.Tasks(ctx, step.Flow, step.Run, step.Step)
	oldestFirst(objects)
	found := make([]metadata.TaskID, len(objects))
	for i, o := range objects {
		found[i] = metadata.TaskID{Flow: o.Flow, Run: o.Run, Step: o.Step, Task: o.Task}
	}
	return found, err
}
