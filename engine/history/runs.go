package history

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// RunSummary is one run at a glance.
type RunSummary struct {
	Flow, ID string
	User     string
	Tags     metadata.Tags
	State    State
	Started  time.Time
	Finished time.Time     // zero while it has not, and where nobody knows
	Duration time.Duration // until now while it is running, zero where nobody knows
	Origin   string        // the run that this one resumed, if any
	// Steps and Tasks are what was begun, the done ones what of it has finished, the task that holds the parameters not counted.
	Steps, StepsDone int
	Tasks, TasksDone int
	// The task that made the run fail, and why, where the run's process said so.
	FailedStep, FailedTask, Reason string
}

// Pathspec is the run's.
func (s RunSummary) Pathspec() string { return s.Flow + "/" + s.ID }

// Filter chooses runs. The empty one chooses all.
type Filter struct {
	Namespace string   // a tag that the run must have
	Tags      []string // tags that it must have, too
	State     State    // the state it must be in
	Limit     int      // only the newest so many
}

// Flows are the flows of the store, by name.
func (r *Reader) Flows(ctx context.Context) ([]string, error) {
	flows, err := r.scope().meta.Flows(ctx)
	names := make([]string, len(flows))
	for i, o := range flows {
		names[i] = o.Flow
	}
	slices.Sort(names)
	return names, classify(err)
}

// Runs are summaries of a flow's runs, newest first. Runs whose files are damaged are left out and named by the error, which then comes beside
// the summaries of the others.
func (r *Reader) Runs(ctx context.Context, flow string, f Filter) ([]RunSummary, error) {
	sc := r.scope()
	if _, err := sc.meta.Flow(ctx, flow); err != nil {
		return nil, classify(err)
	}
	objects, faults := sc.meta.Runs(ctx, flow)
	if objects == nil && faults != nil {
		return nil, classify(faults)
	}
	newestFirst(objects)
	chosen := make([]metadata.Object, 0, len(objects))
	for _, o := range objects {
		if has(o.Tags, f.Namespace, f.Tags) {
			chosen = append(chosen, o)
		}
		if f.State == "" && f.Limit > 0 && len(chosen) == f.Limit {
			break
		}
	}
	found := make([]RunSummary, len(chosen))
	errs := make([]error, len(chosen))
	_ = each(len(chosen), func(i int) error { // its errors are kept one by one
		if errs[i] = ctx.Err(); errs[i] == nil {
			found[i], errs[i] = r.summary(ctx, sc, chosen[i])
		}
		return nil
	})
	out := make([]RunSummary, 0, len(found))
	for i, s := range found {
		if errs[i] == nil && (f.State == "" || s.State == f.State) && (f.Limit <= 0 || len(out) < f.Limit) {
			out = append(out, s)
		}
	}
	return out, classify(errors.Join(append(errs, faults)...))
}

// Run is the summary of one run.
func (r *Reader) Run(ctx context.Context, flow, run string) (RunSummary, error) {
	sc := r.scope()
	o, err := sc.meta.Run(ctx, flow, run)
	if err != nil {
		return RunSummary{}, classify(err)
	}
	s, err := r.summary(ctx, sc, o)
	return s, classify(err)
}

func (r *Reader) summary(ctx context.Context, sc scope, o metadata.Object) (RunSummary, error) {
	sc = r.at(ctx, sc, o.Flow, o.Run)
	s := RunSummary{Flow: o.Flow, ID: o.Run, User: o.User, Tags: o.Tags, Started: started(o)}
	st, err := readState(sc, o.Flow, o.Run)
	if err != nil {
		return s, err
	}
	tasks, err := r.count(ctx, sc, &s, st != nil && st.State == Done)
	if err != nil {
		return s, err
	}
	if st != nil {
		r.told(&s, st)
	} else if err = r.judge(ctx, sc, &s, tasks, o.Heartbeat); err != nil {
		return s, fmt.Errorf("run %s: %w", s.Pathspec(), err)
	}
	switch {
	case !s.Finished.IsZero():
		s.Duration = s.Finished.Sub(s.Started)
	case s.State == Running:
		s.Duration = r.opts.Now().Sub(s.Started)
	}
	s.Duration = max(s.Duration, 0)
	return s, nil
}

// told takes over what the run's process said.
func (r *Reader) told(s *RunSummary, st *stateFile) {
	s.State, s.Finished, s.Origin = st.State, st.Finished, st.Origin
	s.FailedStep, s.FailedTask, s.Reason = st.Step, st.Task, st.Reason
	if !st.Started.IsZero() {
		s.Started = st.Started
	}
	if st.State == Running && r.gone(st) {
		s.State = Interrupted
	}
}

// started is when a run began. A run's id is its start in µs, which stays when Metaflow changes the run's tags and with them its time.
func started(o metadata.Object) time.Time {
	if len(o.Run) == 16 {
		if us, err := strconv.ParseInt(o.Run, 10, 64); err == nil {
			if at := time.UnixMicro(us).UTC(); o.CreatedAt.IsZero() || at.Before(o.CreatedAt) {
				return at
			}
		}
	}
	return o.CreatedAt
}

// taskState is one task of a run as its files tell.
type taskState struct {
	task    artifact.Task
	begun   bool
	done    bool
	attempt int
}

// count counts steps and tasks. Of a run that is done all are, so that only folders need be listed.
func (r *Reader) count(ctx context.Context, sc scope, s *RunSummary, allDone bool) ([]taskState, error) {
	steps, err := sc.steps(ctx, s.Flow, s.ID)
	if err != nil {
		return nil, err
	}
	var states []taskState
	for _, step := range steps {
		if step == "_spindle" || step == parametersStep {
			continue
		}
		ids, err := sc.tasks(ctx, s.Flow, s.ID, step)
		if err != nil {
			return nil, err
		}
		if len(ids) == 0 {
			continue
		}
		s.Steps++
		s.Tasks += len(ids)
		if allDone {
			s.StepsDone++
			s.TasksDone += len(ids)
			continue
		}
		some, err := taskStates(ctx, sc, s, step, ids)
		if err != nil {
			return nil, err
		}
		states = append(states, some...)
	}
	return states, nil
}

func taskStates(ctx context.Context, sc scope, s *RunSummary, step string, ids []string) ([]taskState, error) {
	states := make([]taskState, len(ids))
	all, err := sc.allAttempts(ctx, s, step, ids)
	if err != nil {
		return nil, err
	}
	done := 0
	for i, id := range ids {
		t := artifact.Task{Flow: s.Flow, Run: s.ID, Step: step, Task: id}
		latest, ok := artifact.Latest(all[i])
		states[i] = taskState{task: t, begun: ok, done: ok && latest.Done, attempt: latest.Attempt}
		if states[i].done {
			done++
		}
	}
	s.TasksDone += done
	if done == len(ids) {
		s.StepsDone++
	}
	return states, nil
}
