package history

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"time"

	"github.com/spindle-flow/spindle/engine/metadata"
)

// quiet is how long nothing may happen in a run of Metaflow before it counts as interrupted: its process leaves no trace that could be
// looked up.
const quiet = 24 * time.Hour

// silent is how long a run that sends heartbeats may send none before it counts as interrupted: many times what services ask for.
const silent = 5 * time.Minute

// judge finds out how a run stands whose process does not say: by its last step, then by tasks that failed, then by its last sign of life.
func (r *Reader) judge(ctx context.Context, sc scope, s *RunSummary, tasks []taskState, beat time.Time) error {
	_, end, err := r.ends(ctx, sc, s.Flow, s.ID)
	if err != nil {
		return err
	}
	fetched := false
	for _, ts := range lastFirst(tasks, end) {
		if ts.task.Step != end && !fetched {
			sc.fetch(ctx, tasks)
			fetched = true
		}
		f, err := r.fate(ctx, sc, ts)
		if err != nil {
			return err
		}
		if f.origin != "" {
			s.Origin = f.origin
		}
		switch {
		case ts.task.Step == end && f.ok:
			s.State, s.Finished = Done, f.at
			return nil
		case f.failed:
			s.State, s.Finished, s.FailedStep, s.FailedTask = Failed, f.at, ts.task.Step, ts.task.Task
			return nil
		}
	}
	s.State = Running
	if !beat.IsZero() {
		if r.opts.Now().Sub(beat) > silent {
			s.State, s.Finished = Interrupted, beat
		}
		return nil
	}
	if life := lastSign(sc, tasks); r.opts.Now().Sub(latest(s.Started, life)) > quiet {
		s.State, s.Finished = Interrupted, life
	}
	return nil
}

// lastFirst are the tasks of the last step, then the others from the last: a run that ended tells so soon.
func lastFirst(tasks []taskState, end string) []taskState {
	out := make([]taskState, 0, len(tasks))
	for _, last := range []bool{true, false} {
		for _, ts := range slices.Backward(tasks) {
			if (ts.task.Step == end) == last {
				out = append(out, ts)
			}
		}
	}
	return out
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// fate is how a task ended.
type fate struct {
	ok, failed bool // neither while it has not ended
	at         time.Time
	origin     string // the run its run resumed
}

// fate asks the records of a task: whether the run could go on from it. A process that ended without a result has failed, too.
func (r *Reader) fate(ctx context.Context, sc scope, ts taskState) (fate, error) {
	var f fate
	if !ts.begun {
		return f, nil
	}
	fields, err := sc.meta.Fields(ctx, metadata.TaskID(ts.task), "attempt_ok", "origin-run-id")
	if err != nil {
		return f, ignoreNotFound(err)
	}
	if origin := fields["origin-run-id"].Value; origin != "None" {
		f.origin = origin
	}
	if !ts.done {
		f.at, f.failed, err = outcome(sc, ts)
		return f, err
	}
	said, ok := fields["attempt_ok"]
	f.at = said.At
	switch {
	case !ok: // as in runs of old versions
		f.ok, f.at, err = r.taskOK(ctx, sc, metadata.TaskID(ts.task))
	case said.Value == "True":
		f.ok = true
	}
	f.failed = !f.ok
	return f, err
}

// taskOK is the same from the task's artifacts.
func (r *Reader) taskOK(ctx context.Context, sc scope, t metadata.TaskID) (bool, time.Time, error) {
	rec, err := sc.meta.Artifact(ctx, t, metadata.Latest, "_task_ok")
	if err != nil {
		return false, time.Time{}, ignoreNotFound(err)
	}
	v, err := r.decoded(ctx, sc, t, rec)
	ok, _ := v.(bool)
	return ok, rec.CreatedAt, err
}

// outcome is when a task's process was seen to end.
func outcome(sc scope, ts taskState) (time.Time, bool, error) {
	at, err := sc.store.Ended(ts.task, ts.attempt)
	if errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, false, nil
	}
	return at, err == nil, err
}

// lastSign is when something last happened in the folders of tasks.
func lastSign(sc scope, tasks []taskState) time.Time {
	var last time.Time
	for _, ts := range tasks {
		if at, err := sc.store.Changed(ts.task); err == nil {
			last = latest(last, at)
		}
	}
	return last
}
