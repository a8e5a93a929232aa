package run

import (
	"context"
	"fmt"
	"time"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/run/machine"
	"github.com/spindle-flow/spindle/engine/task"
	"github.com/spindle-flow/spindle/engine/worker"
)

// message is what an attempt's goroutine tells the loop: processEnded when all looks well, then one of the others.
type message interface{ message() }

// processEnded frees the attempt's slot while it is being stored.
type processEnded struct{ a *attempt }

// stored says that a finished task is on stable storage.
type stored struct {
	a          *attempt
	pid        int
	table      *task.Table
	transition *machine.Transition
	caught     bool
}

// attemptFailed says that an attempt failed and what it left is stored.
type attemptFailed struct {
	a         *attempt
	pid       int
	outcome   compute.Outcome
	exception *worker.Exception
	retryable bool
}

// broken says that the engine could not do its part.
type broken struct {
	a   *attempt
	err error
}

func (processEnded) message()  {}
func (stored) message()        {}
func (attemptFailed) message() {}
func (broken) message()        {}

// progressEvery is how often the observer hears of the run's progress.
const progressEvery = time.Second

// loop runs until the machine is complete.
func (r *runner) loop(ctx context.Context) {
	cancelled := ctx.Done()
	tick := r.cfg.Clock.After(progressEvery)
	r.apply(machine.Begin{})
	for r.complete == nil {
		select {
		case msg := <-r.msgs:
			r.message(msg)
		case <-cancelled:
			cancelled = nil
			r.apply(machine.Cancelled{})
		case <-tick:
			r.progress()
			tick = r.cfg.Clock.After(progressEvery)
		case <-r.grace:
			r.grace = nil
			r.emit(Killing{At: r.cfg.Clock.Now(), Active: len(r.live), After: r.cfg.StopGrace})
			r.killAll()
		}
	}
	r.progress()
}

func (r *runner) message(msg message) {
	switch msg := msg.(type) {
	case processEnded:
		delete(r.live, msg.a.task)
		r.apply(machine.ProcessEnded{Task: msg.a.task})
	case stored:
		r.taskStored(msg)
	case attemptFailed:
		r.attemptFailed(msg)
	case broken:
		delete(r.live, msg.a.task)
		r.apply(machine.Broken{Err: msg.err}, machine.TaskFailed{Task: msg.a.task})
	}
}

func (r *runner) taskStored(msg stored) {
	rec := r.records[msg.a.task]
	rec.table = msg.table
	ref := msg.a.ref(r)
	ref.PID = msg.pid
	now := r.cfg.Clock.Now()
	if tr := msg.transition; tr != nil && tr.Foreach != "" && tr.Parallel == 0 {
		r.emit(TaskForeach{At: now, Task: ref, N: tr.NumSplits})
	}
	r.emit(TaskFinished{At: now, Task: ref, Attempt: msg.a.number, Caught: msg.caught})
	r.apply(machine.TaskFinished{Task: msg.a.task, Transition: msg.transition})
}

func (r *runner) attemptFailed(msg attemptFailed) {
	delete(r.live, msg.a.task)
	a, o := msg.a, msg.outcome
	ref := a.ref(r)
	ref.PID = msg.pid
	again := msg.retryable && r.m.Retries(a.task)
	r.failures[a.task] = &StepError{Step: a.rec.step, Task: a.rec.id, Exception: msg.exception, Reason: o.Reason}
	now := r.cfg.Clock.Now()
	r.emit(TaskFailed{
		At: now, Task: ref, Attempt: a.number, ExitCode: o.ExitCode, Signal: o.Signal,
		TimedOut: o.TimedOut, Killed: o.Killed, Place: o.Place, Exception: exceptionText(msg.exception), Retried: again,
	})
	if !msg.retryable && r.m.Retries(a.task) {
		r.emit(WillNotRetry{At: now, Task: ref})
	}
	r.apply(machine.TaskFailed{Task: a.task, Retryable: msg.retryable})
}

// apply gives events to the machine and carries out what it commands.
func (r *runner) apply(events ...machine.Event) {
	r.pending = append(r.pending, events...)
	for len(r.pending) > 0 {
		ev := r.pending[0]
		r.pending = r.pending[1:]
		commands, err := r.m.Apply(ev)
		if err != nil { // our own mistake: end the run in order rather than go on with a wrong state
			r.pending = append(r.pending, machine.Broken{Err: fmt.Errorf("internal error: %w", err)})
			continue
		}
		r.carryOut(commands)
	}
	r.watch()
}

func (r *runner) carryOut(commands []machine.Command) {
	r.takeClones(commands)
	for _, c := range commands {
		switch c := c.(type) {
		case machine.StartTask:
			r.start(c)
		case machine.StopTask:
			if a := r.live[c.Task]; a != nil {
				a.cancel()
			}
		case machine.Release:
			r.release(c.Task)
		case machine.Stop:
			r.stop(c)
		case machine.Complete:
			r.complete = &c
		}
	}
}

// takeClones clones everything these commands ask for, as one piece of work.
func (r *runner) takeClones(commands []machine.Command) {
	var clones []machine.CloneTask
	for _, c := range commands {
		if c, ok := c.(machine.CloneTask); ok {
			clones = append(clones, c)
		}
	}
	if len(clones) == 0 {
		return
	}
	if err := r.cloneAll(clones); err != nil {
		r.pending = append(r.pending, machine.Broken{Err: r.storage("clone the origin's tasks", err)})
	}
}

// release lets a task's artifacts go.
func (r *runner) release(id machine.TaskID) {
	if int(id) < len(r.records) && r.records[id] != nil {
		r.records[id].table = nil
	}
	delete(r.failures, id)
}

// stop ends what runs: at once when the user or the engine wants it, after a grace when another task failed.
func (r *runner) stop(s machine.Stop) {
	r.stopped = &s
	r.failure = r.reason(s)
	r.emit(Stopping{At: r.cfg.Clock.Now(), Interrupted: s.Cancelled, Active: len(r.live)})
	if s.Task == machine.NoTask {
		r.killAll()
		return
	}
	if len(r.live) > 0 {
		r.grace = r.cfg.Clock.After(r.cfg.StopGrace)
	}
}

// reason is why a run stops, as an error of this package.
func (r *runner) reason(s machine.Stop) error {
	switch {
	case s.Cancelled:
		return ErrInterrupted
	case s.Task == machine.NoTask:
		return s.Err
	}
	rec := r.records[s.Task]
	if s.Err != nil {
		return &StepError{Step: rec.step, Task: rec.id, Err: s.Err}
	}
	if f := r.failures[s.Task]; f != nil {
		return f
	}
	return &StepError{Step: rec.step, Task: rec.id}
}

func (r *runner) killAll() {
	for _, a := range r.live {
		a.cancel()
	}
}

// start begins an attempt.
func (r *runner) start(c machine.StartTask) {
	for len(r.records) <= int(c.Task) {
		r.records = append(r.records, nil)
	}
	rec := r.records[c.Task]
	if rec == nil {
		rec = &record{id: r.taskID(c.Node), step: c.Step}
		r.records[c.Task] = rec
		r.summary.Tasks++
	}
	ctx, cancel := context.WithCancel(context.Background())
	a := &attempt{task: c.Task, rec: rec, number: c.Attempt, start: c, cancel: cancel, info: r.steps[c.Step]}
	for _, in := range c.Inputs {
		a.inputs = append(a.inputs, r.records[in])
	}
	a.gang = r.gangOf(c)
	r.live[c.Task] = a
	r.tasks.Go(func() {
		defer cancel()
		msg := r.attempt(ctx, a)
		r.msgs <- msg
		a.gang.report(a, msg)
	})
}

// taskID is the id of a new task: the next number, or one made from that of the control task for the other nodes of a parallel step.
func (r *runner) taskID(node *machine.Node) string {
	if node == nil || node.Index == 0 {
		return r.newID()
	}
	return nodeID(r.records[node.Control].id, node.Index)
}

func nodeID(control string, index int) string {
	return fmt.Sprintf("%s_node_%d", control, index)
}
