package history

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// TaskSummary is one task at a glance.
type TaskSummary struct {
	ID       metadata.TaskID
	State    State
	Started  time.Time
	Finished time.Time     // zero while it has not, and where nobody knows
	Duration time.Duration // of all attempts; until now while it is running, zero where nobody knows
	Attempts int           // begun ones
	Frames   []TaskFrame   // outermost first
	Origin   string        // the run it was taken over from, if it was
}

// TaskFrame is one level of the foreach a task runs in.
type TaskFrame struct {
	Step  string // the first step inside the foreach
	Index int
	Item  string // variable=value; empty when the item has no short form
}

// TaskSummaries are the tasks of a run or of one of its steps (run, run/step), by step in the order they were begun and then by id. The task
// that holds the parameters is not among them.
func (r *Reader) TaskSummaries(ctx context.Context, flow, spec string) ([]TaskSummary, error) {
	sc := r.scope()
	p, err := parsePath(flow+"/"+spec, 2, 4)
	if err != nil {
		return nil, classify(refuse(InvalidPathspec, "%q does not name a run, step or task: say run, run/step or run/step/task", spec))
	}
	run, err := r.Run(ctx, flow, p.Run)
	if err != nil {
		return nil, err
	}
	ids, err := r.tasks(ctx, sc, flow, spec)
	if err != nil {
		return nil, classify(err)
	}
	chosen := ids[:0]
	for _, id := range ids {
		if id.Step != parametersStep {
			chosen = append(chosen, id)
		}
	}
	sc = r.at(ctx, sc, flow, p.Run)
	found := make([]TaskSummary, len(chosen))
	err = each(len(chosen), func(i int) error {
		var err error
		found[i], err = r.taskSummary(ctx, sc, chosen[i], run.State)
		return err
	})
	return found, classify(err)
}

func (r *Reader) taskSummary(ctx context.Context, sc scope, id metadata.TaskID, run State) (TaskSummary, error) {
	s := TaskSummary{ID: id}
	if err := ctx.Err(); err != nil {
		return s, err
	}
	o, err := sc.meta.Task(ctx, id)
	if err != nil {
		return s, err
	}
	s.Started = o.CreatedAt
	attempts, err := sc.attempts(ctx, id)
	if err != nil {
		return s, err
	}
	s.Attempts = len(attempts)
	latest, begun := artifact.Latest(attempts)
	f, err := r.fate(ctx, sc, taskState{task: artifact.Task(id), begun: begun, done: begun && latest.Done, attempt: latest.Attempt})
	if err != nil {
		return s, err
	}
	s.Origin = f.origin
	s.judge(f, run, r.opts.Now())
	s.Frames, err = taskFrames(ctx, sc, id)
	return s, err
}

// judge takes over how a task ended. One that has not ends with its run.
func (s *TaskSummary) judge(f fate, run State, now time.Time) {
	switch {
	case f.ok:
		s.State, s.Finished = Done, f.at
	case f.failed:
		s.State, s.Finished = Failed, f.at
	case run == Running:
		s.State = Running
	default:
		s.State = Interrupted
	}
	switch {
	case !s.Finished.IsZero():
		s.Duration = s.Finished.Sub(s.Started)
	case s.State == Running:
		s.Duration = now.Sub(s.Started)
	}
	s.Duration = max(s.Duration, 0)
}

// taskFrames are the levels of foreach a task's records tell of.
func taskFrames(ctx context.Context, sc scope, id metadata.TaskID) ([]TaskFrame, error) {
	fields, err := sc.meta.Fields(ctx, id, "foreach-execution-path", "foreach-stack")
	if err != nil {
		return nil, ignoreNotFound(err)
	}
	path := fields["foreach-execution-path"].Value
	if path == "" {
		return nil, nil
	}
	var out []TaskFrame
	for level := range strings.SplitSeq(path, ",") {
		step, index, _ := strings.Cut(level, ":")
		n, err := strconv.Atoi(index)
		if err != nil {
			return nil, nil // of a form that is not known: better nothing than a guess
		}
		out = append(out, TaskFrame{Step: step, Index: n})
	}
	var items []string
	stack := fields["foreach-stack"]
	if raw := stack.Raw; raw != nil {
		_ = json.Unmarshal(raw, &items)
	} else {
		_ = json.Unmarshal([]byte(stack.Value), &items)
	}
	for i := range min(len(items), len(out)) {
		out[i].Item = items[i]
	}
	return out, nil
}
