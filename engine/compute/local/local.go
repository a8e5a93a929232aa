// Package local runs tasks as processes of this machine: forked from the worker that has imported the flow, or each in a fresh
// interpreter.
package local

import (
	"context"
	"errors"
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
	Worker    *worker.Worker   // has described the flow
	Fork      worker.Isolation // what the description says about forking
	Isolation Isolation        // empty means Auto
	// Program is how to start a process for one task when spawning.
	Program worker.Program
	// Restart starts a new worker after the present one died; nil means that Run fails from then on.
	Restart func(ctx context.Context) (*worker.Worker, error)
	// TimeoutGrace is how long after its timeout a task is killed, 0 for 5 s.
	TimeoutGrace time.Duration
	// KillGrace is how long a process group has between SIGTERM and SIGKILL, 0 for 5 s.
	KillGrace time.Duration
	Now       func() time.Time
}

// Local runs tasks on this machine.
type Local struct{ opts Options }

// New returns a Local.
func New(opts Options) (*Local, error) { return &Local{opts: opts}, nil }

// Isolation returns how tasks get their process, and why when it is not the fastest way.
func (l *Local) Isolation() (Isolation, string) { return l.opts.Isolation, "" }

// Run runs one task, see [compute.Compute].
func (l *Local) Run(ctx context.Context, spec compute.Spec, h compute.Handler) (compute.Outcome, error) {
	return compute.Outcome{}, errors.New("not built yet")
}

// Close stops the worker.
func (l *Local) Close() error { return nil }
