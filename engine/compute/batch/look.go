package batch

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/batch/types"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/objects"
)

// lookSingly is up to how many tasks each has a look of its own; more are looked at together, a thousand objects at a time.
const lookSingly = 16

// whyWait is how long a task that was stopped from outside waits for Batch to say why.
const whyWait = 2 * time.Minute

// looking looks in the store for what running tasks print and leave, round after round.
func (w *watcher) looking() {
	tempo := w.b.opts.Tempo.Look
	for w.ctx.Err() == nil {
		jobs := w.open(func(j *job) bool {
			j.mu.Lock()
			defer j.mu.Unlock()
			return j.status == types.JobStatusRunning || j.status == types.JobStatusStarting
		})
		began := w.b.clock.Now()
		news := w.look(jobs)
		pause := max(tempo, 3*w.b.clock.Now().Sub(began)) // never more than a quarter of the time
		if !news {
			pause = max(pause, 2*tempo)
		}
		if w.b.clock.Sleep(w.ctx, pause) != nil {
			return
		}
	}
}

// look looks once, and says whether there was news. That the store cannot be reached is no reason to give a task up: it goes on without being seen.
func (w *watcher) look(jobs []*job) (news bool) {
	var nodes []*node
	for _, j := range jobs {
		for _, n := range j.nodes {
			if !n.finished() {
				nodes = append(nodes, n)
			}
		}
	}
	if len(nodes) <= lookSingly {
		for _, n := range nodes {
			state, err := remote.Look(w.ctx, w.b.opts.Objects, n.paths)
			if err == nil {
				news = w.collect(n, state) || news
			}
		}
		return news
	}
	runs := map[string]bool{}
	for _, n := range nodes {
		runs[n.attempt.Run] = true
	}
	for run := range runs {
		states, err := remote.LookAll(w.ctx, w.b.opts.Objects, w.b.opts.Root, w.b.opts.Flow, run)
		if err != nil {
			continue
		}
		for _, n := range nodes {
			if s, ok := states[n.attempt]; ok {
				news = w.collect(n, s) || news
			}
		}
	}
	return news
}

// collect has what is new of a task read, unless that is going on. It says whether there is anything.
func (w *watcher) collect(n *node, s remote.State) bool {
	n.mu.Lock()
	news := s.Done && n.waits == nil || s.Logs.Stdout > n.logs.Stdout || s.Logs.Stderr > n.logs.Stderr
	overdue := n.waits != nil && w.b.clock.Now().Sub(n.since) > whyWait
	start := (news || overdue) && !n.busy && !n.ended
	if start {
		n.busy = true
	}
	n.mu.Unlock()
	if !start {
		return news
	}
	w.slot(func() {
		defer n.idle()
		w.read(n, s.Logs)
		if s.Done {
			w.outcome(n, nil, overdue)
		}
	})
	return true
}

func (n *node) idle() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.busy = false
}

// slot does work beside the loops, as much as is good at once.
func (w *watcher) slot(work func()) {
	w.slots <- struct{}{}
	w.work.Go(func() {
		defer func() { <-w.slots }()
		work()
	})
}

// read passes on the log up to some pieces.
func (w *watcher) read(n *node, to remote.Pieces) {
	n.mu.Lock()
	from := n.logs
	n.mu.Unlock()
	got, err := remote.ReadLogs(w.ctx, w.b.opts.Objects, n.paths, from, to, n.line)
	if err != nil {
		return // the next look reads it
	}
	n.mu.Lock()
	n.logs = got
	n.mu.Unlock()
}

// conclude ends a job of which Batch says that it has ended. It may have left outcomes.
func (w *watcher) conclude(j *job) {
	for _, n := range j.nodes {
		if n.finished() {
			continue
		}
		w.later(func() { w.last(n, j.terminal) })
	}
}

// sweepersMost is how many jobs' ends are seen to at once.
const sweepersMost = 16

// later has work done by one of few goroutines: thousands of jobs may end at once. The loop that asks for it is not held up.
func (w *watcher) later(work func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting = append(w.waiting, work)
	if w.sweepers < sweepersMost {
		w.sweepers++
		w.work.Go(w.sweep)
	}
}

func (w *watcher) sweep() {
	for {
		w.mu.Lock()
		if len(w.waiting) == 0 {
			w.sweepers--
			w.waiting = nil
			w.mu.Unlock()
			return
		}
		work := w.waiting[0]
		w.waiting = w.waiting[1:]
		w.mu.Unlock()
		work()
	}
}

// last takes what a task has left when its job has ended.
func (w *watcher) last(n *node, d *ending) {
	for !n.claim() {
		if w.b.clock.Sleep(w.ctx, 10*time.Millisecond) != nil {
			return
		}
	}
	defer n.idle()
	if n.job.isEnding() {
		n.finish(compute.Outcome{Killed: true, Reason: "was killed"})
		return
	}
	if !w.outcome(n, d, true) {
		if s, err := remote.Look(w.ctx, w.b.opts.Objects, n.paths); err == nil {
			w.read(n, s.Logs)
		}
		w.crashed(n, judgeJob(d, n.job.step))
	}
}

// claim takes the right to read a task's logs and outcome.
func (n *node) claim() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.busy {
		return false
	}
	n.busy = true
	return true
}

// outcome finishes a task that has left an outcome, and says whether it has. One that was stopped from outside waits until Batch has said why, unless
// that is known (d) or has taken too long (now).
func (w *watcher) outcome(n *node, d *ending, now bool) bool {
	o, err := remote.ReadOutcome(w.ctx, w.b.opts.Objects, n.paths)
	if err != nil && w.ctx.Err() == nil && d != nil && objects.KindOf(err) != objects.NotFound {
		n.job.giveUp(err)
		return true
	}
	if err != nil || o == nil {
		return false
	}
	w.read(n, o.Logs)
	out := outcomeOf(o)
	if o.Terminated && !out.Succeeded() && d == nil && !now {
		n.mu.Lock()
		n.waits, n.since = o, w.b.clock.Now()
		n.mu.Unlock()
		return true
	}
	w.left(n, o, out, d)
	return true
}

// left finishes a task with the outcome it has left.
func (w *watcher) left(n *node, o *remote.Outcome, out compute.Outcome, d *ending) {
	step := n.job.step
	switch {
	case out.Succeeded():
	case o.OutOfMemory && out.Result == nil:
		w.crashed(n, tooSmall(step, out.ExitCode))
		return
	case o.Terminated && d != nil:
		w.crashed(n, judgeJob(d, step))
		return
	case o.Terminated:
		w.crashed(n, verdict{reason: "its container was stopped from outside", exit: out.ExitCode})
		return
	case o.Failure != nil:
		w.crashed(n, verdict{reason: o.Failure.Message, final: !o.Failure.Retry, exit: remote.ExitHelper})
		return
	}
	exit := out.ExitCode
	if out.Signal != 0 {
		exit = 128 + int(out.Signal) // as a shell has it: no process that was killed has finished with 0
	}
	n.tell(w.b.clock.Now(), "Task finished with exit code %d.", exit)
	n.finish(out)
}

// crashed finishes a task that has no result.
func (w *watcher) crashed(n *node, v verdict) {
	now := w.b.clock.Now()
	n.tell(now, "AWS Batch error:")
	step := n.job.step
	text := "The job has failed: " + v.reason + "."
	if v.advice != "" {
		text += " To mend it, " + step.spelled(v.advice) + "."
	}
	if !v.final && step.Retries == 0 {
		text += step.spelled(" This could be a transient error. Use @retry to retry.")
	}
	n.tell(now, "%s", text)
	out := compute.Outcome{Reason: "The job " + n.job.record.Job + " has failed: " + v.reason + ".", Final: v.final, TimedOut: v.timedOut, ExitCode: max(v.exit, 0)}
	if out.ExitCode == 0 {
		out.ExitCode = 1
	}
	n.finish(out)
}
