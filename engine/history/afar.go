package history

import (
	"context"
	"slices"
	"strconv"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// A service knows runs whose values no store at hand has: they were made on another machine. What such runs consist of only it can tell; of all others
// the files of the store do, which are at hand and say more.

// afar says whether the metadata may know what the store does not.
func (sc scope) afar() bool {
	_, ok := sc.meta.(metadata.Deferred)
	return ok
}

// steps are the steps of a run.
func (sc scope) steps(ctx context.Context, flow, run string) ([]string, error) {
	names, err := sc.store.Steps(flow, run)
	if err != nil || len(names) > 0 || !sc.afar() {
		return names, err
	}
	objects, err := sc.meta.Steps(ctx, flow, run)
	newestFirst(objects)
	for _, o := range slices.Backward(objects) {
		names = append(names, o.Step)
	}
	return names, err
}

// tasks are the ids of a step's tasks.
func (sc scope) tasks(ctx context.Context, flow, run, step string) ([]string, error) {
	ids, err := sc.store.Tasks(flow, run, step)
	if err != nil || len(ids) > 0 || !sc.afar() {
		return ids, err
	}
	objects, err := sc.meta.Tasks(ctx, flow, run, step)
	oldestFirst(objects)
	for _, o := range objects {
		ids = append(ids, o.Task)
	}
	return ids, err
}

// attempts are the attempts of a task that were begun, in order.
func (sc scope) attempts(ctx context.Context, t metadata.TaskID) ([]artifact.AttemptState, error) {
	states, err := sc.store.Attempts(artifact.Task(t))
	if err != nil || len(states) > 0 || !sc.afar() {
		return states, err
	}
	records, err := sc.meta.Metadata(ctx, t, metadata.Latest)
	if err != nil {
		return nil, ignoreNotFound(err)
	}
	done := map[int]bool{}
	for _, r := range records {
		n, err := strconv.Atoi(r.Value)
		switch {
		case err != nil:
		case r.Field == "attempt-done":
			done[n] = true
		case r.Field == "attempt" && !slices.ContainsFunc(states, func(a artifact.AttemptState) bool { return a.Attempt == n }):
			states = append(states, artifact.AttemptState{Attempt: n})
		}
	}
	slices.SortFunc(states, func(a, b artifact.AttemptState) int { return a.Attempt - b.Attempt })
	for i := range states {
		states[i].Done = done[states[i].Attempt]
	}
	return states, nil
}

// allAttempts are the attempts of several tasks of a step. A service is asked for several at once.
func (sc scope) allAttempts(ctx context.Context, s *RunSummary, step string, ids []string) ([][]artifact.AttemptState, error) {
	all := make([][]artifact.AttemptState, len(ids))
	read := func(i int) (err error) {
		all[i], err = sc.attempts(ctx, metadata.TaskID{Flow: s.Flow, Run: s.ID, Step: step, Task: ids[i]})
		return err
	}
	if sc.afar() {
		return all, each(len(ids), read)
	}
	for i := range ids {
		if err := read(i); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// fetch has a service answer for many tasks at once what will be asked of them one by one. What it cannot answer shows then.
func (sc scope) fetch(ctx context.Context, tasks []taskState) {
	if !sc.afar() {
		return
	}
	_ = each(len(tasks), func(i int) error {
		_, err := sc.meta.Fields(ctx, metadata.TaskID(tasks[i].task), "attempt_ok")
		return err
	})
}
