package lastrun

import (
	"context"
	"slices"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/history"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// Run is one run of a flow.
type Run struct {
	history.RunSummary
	steps map[string]*Step
	store *store
}

// Step is what became of one step.
type Step struct {
	State history.State
	// Tasks are those that were begun, Done those that have finished.
	Tasks, Done int
	// Duration is from the start of its first task to the end of its last, zero where that is not known.
	Duration time.Duration

	tasks []string // their ids, oldest first
}

// over reports whether nothing about the run can change any more.
func (r *Run) over() bool { return r.State != history.Running }

// Step returns what became of a step, nil for one that the run did not reach.
func (r *Run) Step(name string) *Step {
	if r == nil {
		return nil
	}
	return r.steps[name]
}

// timed is how many tasks of a step are looked at one by one: for more, what they took is not told.
const timed = 200

func (s *store) read(ctx context.Context, flow, id string) (*Run, error) {
	summary, err := s.history.Run(ctx, flow, id)
	if err != nil {
		return nil, err
	}
	run := &Run{RunSummary: summary, steps: map[string]*Step{}, store: s}
	names, err := s.files.Steps(flow, id)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if name[0] == '_' {
			continue
		}
		step, err := s.step(ctx, run, name)
		if err != nil {
			return nil, err
		}
		if step != nil {
			run.steps[name] = step
		}
	}
	return run, nil
}

func (s *store) step(ctx context.Context, run *Run, name string) (*Step, error) {
	ids, err := s.files.Tasks(run.Flow, run.ID, name)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	out := &Step{Tasks: len(ids), tasks: ids}
	if len(ids) > timed && run.State == history.Done {
		out.State, out.Done = history.Done, len(ids)
		return out, nil
	}
	var all span
	failed := false
	for i, id := range ids {
		t := artifact.Task{Flow: run.Flow, Run: run.ID, Step: name, Task: id}
		_, err := s.files.LatestDone(t)
		if err == nil {
			out.Done++
		}
		if i >= timed {
			continue
		}
		one, bad, err := s.task(ctx, metadata.TaskID(t))
		if err != nil {
			return nil, err
		}
		failed = failed || bad
		all.add(one)
	}
	out.State = stateOf(run, name, out, failed)
	if len(ids) <= timed && out.Done == out.Tasks {
		out.Duration = all.length()
	}
	return out, nil
}

func stateOf(run *Run, name string, s *Step, failed bool) history.State {
	switch {
	case failed || run.FailedStep == name:
		return history.Failed
	case s.Done == s.Tasks:
		return history.Done
	case run.State == history.Running:
		return history.Running
	}
	return history.Interrupted
}

// task is when a task's attempts began and ended, and whether the last of them failed.
func (s *store) task(ctx context.Context, t metadata.TaskID) (span, bool, error) {
	var out span
	records, err := s.history.Records(ctx, t, metadata.Latest)
	if err != nil {
		return out, false, err
	}
	failed := false
	for _, r := range records {
		switch r.Field {
		case "attempt":
			out.add(span{r.At, r.At})
			failed = false
		case "attempt-done":
			out.add(span{r.At, r.At})
		case "attempt_ok":
			out.add(span{r.At, r.At})
			failed = r.Value == "False"
		}
	}
	return out, failed, nil
}

// span is a stretch of time; the zero one is none.
type span struct{ from, to time.Time }

func (s *span) add(o span) {
	if o.from.IsZero() {
		return
	}
	if s.from.IsZero() || o.from.Before(s.from) {
		s.from = o.from
	}
	if o.to.After(s.to) {
		s.to = o.to
	}
}

func (s span) length() time.Duration { return max(0, s.to.Sub(s.from)) }

// Ran lists the steps that the run reached, by name.
func (r *Run) Ran() []string {
	if r == nil {
		return nil
	}
	names := make([]string, 0, len(r.steps))
	for name := range r.steps {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
