// Package local runs tasks as processes of this machine: forked from the worker that has imported the flow, or each in a fresh
// interpreter.
//
// A task is one process and the leader of its process group. Limits are enforced on the group: when a task fails, times out or is
// interrupted, all it has started goes with it. A process has a task channel (docs/task-protocol.md) and two output pipes;
// the task is over when the process has exited, not when nobody holds its pipes any more.
package local

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Isolation is how a task gets its process.
type Isolation string

// The ways a task gets its process.
const (
	Auto  Isolation = "auto"  // Fork where the flow is safe to fork, else Spawn
	Fork  Isolation = "fork"  // a child of the worker that has imported the flow
	Spawn Isolation = "spawn" // a fresh interpreter
)

// Options configure a [Local].
type Options struct {
	// Worker has described the flow. The Local takes it over and closes it.
	Worker *worker.Worker
	// Describes is what the flow's description says about forking.
	Describes worker.Isolation
	Isolation Isolation // empty means Auto
	// Program is how to start a process for one task when spawning; the worker's own if empty.
	Program worker.Program
	Engine  worker.Identity
	// Restart starts a new worker, which has described the flow, after the present one died; nil means that Run fails from then on.
	Restart func(ctx context.Context) (*worker.Worker, error)
	// StartLimit bounds the time until a spawned process says hello, 0 for 60 s.
	StartLimit time.Duration
	// TimeoutGrace is how long after its timeout a task is killed. 0 means 5 s, and a minute when spawning, where the
	// time to import the flow comes before the step's own.
	TimeoutGrace time.Duration
	// KillGrace is how long a process group has between SIGTERM and SIGKILL, 0 for 5 s.
	KillGrace time.Duration
	// Quiet is how long after a task's exit its pipes must be silent to be given up when something else still holds them, 0 for 200 ms.
	Quiet time.Duration
	Now   func() time.Time // stamps lines, nil for time.Now
}

// Local runs tasks on this machine. It implements [compute.Compute].
type Local struct {
	opts      Options
	isolation Isolation
	reason    string
	spawner   *worker.Spawner // nil when forking

	mu     sync.Mutex // guards worker, and is held while a new one starts
	worker *worker.Worker
}

var _ compute.Compute = (*Local)(nil)

// New returns a Local that runs tasks of the flow which the options' worker has described.
func New(opts Options) (*Local, error) {
	if opts.Worker == nil && len(opts.Program.Argv) == 0 {
		return nil, errors.New("local compute needs a worker or a program")
	}
	l := &Local{opts: withDefaults(opts), worker: opts.Worker}
	if err := l.choose(); err != nil {
		return nil, err
	}
	if l.isolation == Spawn {
		program := opts.Program
		if len(program.Argv) == 0 {
			program = opts.Worker.Program()
		}
		l.spawner = worker.NewSpawner(program)
	}
	if l.opts.TimeoutGrace <= 0 {
		l.opts.TimeoutGrace = map[Isolation]time.Duration{Fork: 5 * time.Second, Spawn: time.Minute}[l.isolation]
	}
	return l, nil
}

func withDefaults(opts Options) Options {
	for value, def := range map[*time.Duration]time.Duration{
		&opts.StartLimit: time.Minute, &opts.KillGrace: 5 * time.Second, &opts.Quiet: 200 * time.Millisecond,
	} {
		if *value <= 0 {
			*value = def
		}
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	return opts
}

// choose settles the isolation.
func (l *Local) choose() error {
	can := l.worker != nil && l.worker.CanFork()
	switch l.opts.Isolation {
	case Spawn:
		l.isolation, l.reason = Spawn, "asked for"
	case Fork:
		if !can {
			return errors.New("isolation fork: the worker can't fork")
		}
		l.isolation = Fork
	case Auto, "":
		switch {
		case !can:
			l.isolation, l.reason = Spawn, "the worker can't fork"
		case !l.opts.Describes.ForkSafe:
			l.isolation, l.reason = Spawn, l.opts.Describes.Reason
		default:
			l.isolation = Fork
		}
	default:
		return fmt.Errorf("unknown isolation %q: use auto, fork or spawn", l.opts.Isolation)
	}
	return nil
}

// Isolation returns how tasks get their process, Fork or Spawn, and for Spawn why.
func (l *Local) Isolation() (Isolation, string) { return l.isolation, l.reason }

// Run runs one task, see [compute.Compute]. When the worker that forked the task dies the error is a [*worker.DeathError], and the
// task has been killed.
func (l *Local) Run(ctx context.Context, spec compute.Spec, h compute.Handler) (compute.Outcome, error) {
	t := &task{local: l, spec: spec, handler: h, broken: make(chan struct{})}
	if err := t.start(ctx); err != nil {
		if ctx.Err() != nil {
			return compute.Outcome{Killed: true, Reason: "was interrupted before it started"}, nil
		}
		return compute.Outcome{}, fmt.Errorf("start task %s/%s: %w", spec.Task.Step, spec.Task.TaskID, err)
	}
	return t.run(ctx)
}

// forker returns the worker to fork from, a new one when the last has died and a new one can be had.
func (l *Local) forker(ctx context.Context) (*worker.Worker, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.worker.Done():
	default:
		return l.worker, nil
	}
	if l.opts.Restart == nil || l.worker.Err() == nil {
		return l.worker, nil // its own error tells why no task can be had from it
	}
	w, err := l.opts.Restart(ctx)
	if err != nil {
		return nil, fmt.Errorf("restart the worker after it died (%w): %w", l.worker.Err(), err)
	}
	l.worker = w
	return w, nil
}

// guard sees to it that a spawned task does not leave processes behind when this one is killed.
func (l *Local) guard(child *worker.Child) {
	l.mu.Lock()
	w := l.worker
	l.mu.Unlock()
	if w == nil {
		return
	}
	release := w.Guard(child.PID())
	go func() {
		<-child.Exited()
		release()
	}()
}

// Close stops the worker and with it every task still running. No Run may be started after it.
func (l *Local) Close() error {
	if l.spawner != nil {
		l.spawner.Close()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.worker == nil {
		return nil
	}
	return l.worker.Close()
}
