package run

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/run/machine"
	"github.com/spindle-flow/spindle/engine/task"
	"github.com/spindle-flow/spindle/engine/worker"
)

// attempt is one try of a task, from its start until it is stored.
type attempt struct {
	task    machine.TaskID
	rec     *record
	info    *stepInfo
	start   machine.StartTask
	number  int
	inputs  []*record // as the step sees them
	gang    *gang
	cancel  context.CancelFunc
	scratch string
	began   time.Time     // of its process
	took    time.Duration // the same
}

func (a *attempt) ref(r *runner) TaskRef {
	return TaskRef{Flow: r.flow, Run: r.id, Step: a.rec.step, Task: a.rec.id}
}

func (a *attempt) key(r *runner) artifact.Task {
	return artifact.Task{Flow: r.flow, Run: r.id, Step: a.rec.step, Task: a.rec.id}
}

func (a *attempt) id(r *runner) metadata.TaskID { return metadata.TaskID(a.key(r)) }

var (
	pointBegun  = disk.Register("run.task.begun")
	pointEnded  = disk.Register("run.task.ended")
	pointCommit = disk.Register("run.task.committed")
	pointStored = disk.Register("run.task.stored")
)

// attempt runs one attempt and stores what it left. ctx ends only the process: what it left is stored in any case. What comes before and after the process
// is in functions of its own: thousands of attempts may wait for theirs at once, each with the stack it needs until then.
func (r *runner) attempt(ctx context.Context, a *attempt) message {
	storing := context.WithoutCancel(ctx)
	defer func() { _ = os.RemoveAll(a.scratch) }() // the run's folder is removed in the end, and that is checked
	h := r.newAttemptHandler(a)
	spec, err := r.open(storing, a)
	if err != nil {
		return broken{a, err}
	}
	defer r.deferred.alive(a.id(r))()
	outcome, err := r.cfg.Compute.Run(ctx, spec, h)
	if err != nil {
		return broken{a, fmt.Errorf("run task %s: %w", a.rec.pathspec(r), err)}
	}
	return r.ended(storing, a, h, outcome)
}

// open makes the attempt known, and says what its process is to do.
func (r *runner) open(ctx context.Context, a *attempt) (spec compute.Spec, err error) {
	err = r.aside(func() error {
		if err := r.begin(ctx, a); err != nil {
			return r.storage("begin task "+a.rec.pathspec(r), err)
		}
		var err error
		if spec, err = r.spec(a); err != nil {
			return r.storage("start task "+a.rec.pathspec(r), err)
		}
		return nil
	})
	return spec, err
}

func (r *runner) newAttemptHandler(a *attempt) *handler {
	h := newHandler(r, a)
	h.started = func(pid int) {
		a.began = r.cfg.Clock.Now()
		r.emit(TaskStarted{At: a.began, Task: h.ref(), Attempt: a.number, Fallback: a.start.Fallback})
	}
	return h
}

// ended stores what an attempt has left.
func (r *runner) ended(ctx context.Context, a *attempt, h *handler, outcome compute.Outcome) message {
	a.took = r.cfg.Clock.Now().Sub(a.began)
	if err := disk.Fail(pointEnded); err != nil {
		return broken{a, r.storage("end task "+a.rec.pathspec(r), err)}
	}
	if a.gang == nil || a.start.Node.Index > 0 { // a control task waits for the others, which want places too
		r.backlog <- struct{}{}
		defer func() { <-r.backlog }()
	}
	if outcome.Succeeded() { // after a failure, whether anything else may start is known only when the machine has heard of it
		r.msgs <- processEnded{a}
	}
	r.note(h, outcome)
	msg, err := r.store(ctx, a, h, outcome)
	if err != nil {
		return broken{a, r.storage("store task "+a.rec.pathspec(r), err)}
	}
	return msg
}

// aside does what takes a deep stack beside the attempt's own goroutine, which may wait for hours afterwards, with thousands of others, and would keep
// it; only as much at once as the store is worth.
func (r *runner) aside(work func() error) error {
	r.starting <- struct{}{}
	done := make(chan error, 1)
	go func() {
		defer func() { <-r.starting }()
		done <- work()
	}()
	return <-done
}

// begin makes the attempt known before its process runs, so that it can be looked up from the step itself.
func (r *runner) begin(ctx context.Context, a *attempt) error {
	var err error
	if a.scratch, err = r.folders.attempt(a.rec.id, a.number); err != nil {
		return err
	}
	if a.number == 0 {
		if err := r.cfg.Metadata.RegisterTask(ctx, a.id(r), r.tags); err != nil {
			return err
		}
	}
	if err := r.cfg.Store.Begin(a.key(r), a.number); err != nil {
		return err
	}
	if err := r.cfg.Metadata.AddMetadata(ctx, a.id(r), r.startRecords(a)); err != nil {
		return err
	}
	return disk.Fail(pointBegun)
}

func (r *runner) startRecords(a *attempt) []metadata.Record {
	s := metadata.Start{
		Attempt: a.number, OriginRun: r.origin, DSType: r.cfg.Store.Kind(), DSRoot: r.cfg.Store.Root(),
		Script: scriptName(r.cfg), System: r.cfg.System,
	}
	if r.cfg.Code != nil {
		s.Code = r.cfg.Code(a.rec.step)
	}
	for _, f := range a.start.Stack.Frames() {
		s.Frames = append(s.Frames, metadata.Frame{Step: f.Step, Var: f.Var, Value: f.Value, Index: f.Index})
	}
	if n := a.start.Node; n != nil {
		s.Control, s.WorldSize = n.Index == 0, n.Count
	}
	return s.Records()
}

// note adds to the log what the engine has to say of the process's end.
func (r *runner) note(h *handler, o compute.Outcome) {
	now := r.cfg.Clock.Now()
	h.logs.Note(now, o, func(s compute.Stream, text string) { h.show(s, now, []byte(text)) })
}

// transitionOf is a worker's transition in the machine's words.
func transitionOf(t *worker.Transition) *machine.Transition {
	if t == nil {
		return nil
	}
	m := &machine.Transition{Next: internAll(t.Next), Foreach: task.Intern(t.Foreach), NumSplits: t.NumSplits, Values: t.Values, Parallel: t.Parallel}
	if m.Parallel != 0 && m.Foreach == "" {
		m.Foreach = parallelVar
	}
	return m
}

// parallelVar is the artifact a parallel step is said to walk.
const parallelVar = "_parallel_ubf_iter"

func internAll(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = task.Intern(s)
	}
	return out
}
