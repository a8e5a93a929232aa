package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"time"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Outcome is how an attempt ended.
type Outcome struct {
	Version int `json:"version"`
	// Result is the last message of the step's process, nil when it ended without one. Its Artifacts are empty: Values has them.
	Result *worker.Result `json:"result"`
	// Values are the new artifacts. Each is in the datastore, verified, under its key.
	Values []Value `json:"values"`
	// Failure is set when the helper could not do its part; then there is no result, and the task was not run, or not to its end.
	Failure *Failure `json:"failure,omitempty"`

	// The rest is as in [compute.Outcome], of the step's process.
	Reason   string        `json:"reason"`
	ExitCode int           `json:"exit_code"`
	Signal   int           `json:"signal"`
	Killed   bool          `json:"killed"`
	TimedOut bool          `json:"timed_out"`
	MaxRSS   int64         `json:"max_rss"`
	User     time.Duration `json:"user"`
	System   time.Duration `json:"system"`

	// Terminated says that SIGTERM reached the helper: the container was stopped from outside, by a cancelled job or because its machine was taken away.
	Terminated bool `json:"terminated"`
	// OutOfMemory says that the kernel killed something in the container because its memory limit was reached.
	OutOfMemory bool `json:"out_of_memory"`
	// Logs are how many pieces there are of each stream.
	Logs Pieces `json:"logs"`
	// Around is what the container saw of its place, by the field it is recorded as (see [LookAround]).
	Around map[string]string `json:"around,omitempty"`
	Host   Host              `json:"host"`
	// Booted is when the container's Python (or helper, in an image without one) began, Fetched when it had the helper; zero where no bootstrap was.
	Booted  time.Time `json:"booted"`
	Fetched time.Time `json:"fetched"`
	// Begun is when the helper began, Running when the step's process was started, Stored when its values were. Zero where it did not come to that.
	Begun   time.Time `json:"begun"`
	Running time.Time `json:"running"`
	Ended   time.Time `json:"ended"`
	Stored  time.Time `json:"stored"`
}

// Value is a new artifact.
type Value struct {
	Name     string `json:"name"`
	Key      string `json:"key"`
	Size     int64  `json:"size"`
	Type     string `json:"type"`
	Encoding string `json:"encoding"`
}

// Host is the machine as it looks from inside.
type Host struct {
	Name        string `json:"name"`
	Arch        string `json:"arch"`
	Python      string `json:"python"`       // path of the interpreter, empty where there is none
	Processors  int    `json:"processors"`   // that may be used
	MemoryLimit int64  `json:"memory_limit"` // bytes, 0 for none
}

// Failure is what the helper could not do.
type Failure struct {
	// Op is what failed: job, package, folder, start, store, logs.
	Op string `json:"op"`
	// Message is a clause for the user.
	Message string `json:"message"`
	// Retry says that another try may do better.
	Retry bool `json:"retry"`
}

// Exit codes of the helper. Everything else comes from the container or its bootstrap.
const (
	ExitDone      = 0  // the step is done, and all is stored
	ExitFailed    = 1  // the step failed, and the outcome says how
	ExitHelper    = 70 // the helper failed; the outcome says how, unless it could not be written
	ExitBootstrap = 71 // the bootstrap failed, and stderr says how
	ExitPython    = 72 // the image has no Python
	ExitUnwritten = 73 // the outcome could not be written, and stderr says why
)

// Compute is the outcome as a place of execution reports it. Artifacts of the result are left to the caller, who knows how a stored value is told.
func (o *Outcome) Compute() compute.Outcome {
	return compute.Outcome{
		Result: o.Result, Reason: o.Reason, ExitCode: o.ExitCode, Signal: syscall.Signal(o.Signal), Killed: o.Killed, TimedOut: o.TimedOut,
		MaxRSS: o.MaxRSS, User: o.User, System: o.System,
	}
}

// ExitCodeOfHelper is the exit code that goes with the outcome.
func (o *Outcome) ExitCodeOfHelper() int {
	switch {
	case o.Failure != nil:
		return ExitHelper
	case o.Compute().Succeeded():
		return ExitDone
	}
	return ExitFailed
}

// Write writes the outcome, which must be the last thing written. Where there is one already it stays: written is false then.
func (o *Outcome) Write(ctx context.Context, c *objects.Client, p Paths) (written bool, err error) {
	doc := *o
	doc.Version = Version
	data, err := encode(doc)
	if err == nil {
		written, err = c.PutNew(ctx, p.Outcome(), bytes.NewReader(data), int64(len(data)), objects.PutOptions{Attributes: objects.Attributes{ContentType: "application/json"}})
	}
	if err != nil {
		return false, fmt.Errorf("write outcome: %w", err)
	}
	return written, nil
}

// ReadOutcome reads the outcome of an attempt; nil without an error if there is none (yet).
func ReadOutcome(ctx context.Context, c *objects.Client, p Paths) (*Outcome, error) {
	var o Outcome
	err := read(ctx, c, p.Outcome(), &o)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read outcome: %w", err)
	case o.Version != Version:
		return nil, fmt.Errorf("outcome %q is of version %d, and this engine knows version %d: the helper comes from another release", p.Outcome().String(), o.Version, Version)
	}
	return &o, nil
}
