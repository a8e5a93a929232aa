package history

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// quiet is how long nothing may happen in a run of Metaflow before it counts as interrupted: its process leaves no trace that could be
// looked up.
const quiet = 24 * time.Hour

// judge finds out how a run stands whose process does not say: by its last step, then by tasks that failed, then by its last sign of life.
func (r *Reader) judge(ctx context.Context, sc scope, s *RunSummary, tasks []taskState) error {
	end, err := r.endTask(ctx, sc, s.Flow, s.ID)
	if err != nil {
		return err
	}
	if end != nil {
		ok, at, err := r.taskOK(ctx, sc, *end)
		if err != nil {
			return err
		}
		if ok {
			s.State, s.Finished = Done, at
			return r.findOrigin(ctx, sc, s)
		}
	}
	failed, at, err := r.failure(ctx, sc, tasks)
	if err != nil {
		return err
	}
	switch life := lastSign(sc, tasks); {
	case failed != nil:
		s.State, s.Finished = Failed, at
		s.FailedStep, s.FailedTask = failed.Step, failed.Task
	case r.opts.Now().Sub(latest(s.Started, life)) > quiet:
		s.State, s.Finished = Interrupted, life
	default:
		s.State = Running
	}
	return r.findOrigin(ctx, sc, s)
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// taskOK says whether the run could go on from a task, and when it ended.
func (r *Reader) taskOK(ctx context.Context, sc scope, t metadata.TaskID) (bool, time.Time, error) {
	rec, err := sc.meta.Artifact(ctx, t, metadata.Latest, "_task_ok")
	if err != nil {
		return false, time.Time{}, ignoreNotFound(err)
	}
	v, err := r.plain(ctx, sc, t, "_task_ok")
	ok, _ := v.(bool)
	return ok, rec.CreatedAt, err
}

// failure is the task that failed last: it is done and the run could not go on from it, or its process ended without a result.
func (r *Reader) failure(ctx context.Context, sc scope, tasks []taskState) (*metadata.TaskID, time.Time, error) {
	for _, ts := range slices.Backward(tasks) {
		if !ts.begun {
			continue
		}
		t := metadata.TaskID(ts.task)
		if ts.done {
			fields, err := sc.meta.Fields(ctx, t, "attempt_ok")
			if err != nil {
				return nil, time.Time{}, err
			}
			if rec, ok := fields["attempt_ok"]; ok && rec.Value == "False" {
				return &t, rec.At, nil
			}
			continue
		}
		at, ended, err := outcome(sc, ts)
		if err != nil {
			return nil, time.Time{}, err
		}
		if ended {
			return &t, at, nil
		}
	}
	return nil, time.Time{}, nil
}

// outcome is when a task's process was seen to end.
func outcome(sc scope, ts taskState) (time.Time, bool, error) {
	info, err := os.Stat(filepath.Join(taskDir(sc, ts.task), strconv.Itoa(ts.attempt)+".runtime"))
	if errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, false, nil
	}
	if err != nil {
		return time.Time{}, false, err
	}
	return info.ModTime().UTC(), true, nil
}

func taskDir(sc scope, t artifact.Task) string {
	return filepath.Join(sc.store.Root(), t.Flow, t.Run, t.Step, t.Task)
}

// lastSign is when something last happened in the folders of tasks.
func lastSign(sc scope, tasks []taskState) time.Time {
	var last time.Time
	for _, ts := range tasks {
		if info, err := os.Stat(taskDir(sc, ts.task)); err == nil {
			last = latest(last, info.ModTime().UTC())
		}
	}
	return last
}

// findOrigin looks for the run that this one resumed in the records of a task: all have it.
func (r *Reader) findOrigin(ctx context.Context, sc scope, s *RunSummary) error {
	start, _, err := r.ends(ctx, sc, s.Flow, s.ID)
	if err != nil {
		return err
	}
	t, err := newestTask(ctx, sc, s.Flow, s.ID, start)
	if err != nil || t == nil {
		return err
	}
	fields, err := sc.meta.Fields(ctx, *t, "origin-run-id")
	if origin := fields["origin-run-id"].Value; origin != "None" {
		s.Origin = origin
	}
	return err
}
