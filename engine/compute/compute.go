// Package compute is where tasks run: the words a scheduler and a place of execution share.
//
// A [Compute] runs one task as one process and tells how it ended. What the process asks while it runs (inputs, the client
// API) and what it prints goes to the [Handler]. The package holds no implementation; engine/compute/local does.
package compute

import (
	"context"
	"encoding/json"
	"syscall"
	"time"

	"github.com/spindle-flow/spindle/engine/worker"
)

// Compute runs tasks. Run may be called from many goroutines at once.
type Compute interface {
	// Run blocks until the process has ended and its output is read. Ending ctx kills the task with all it started; the
	// outcome then has Killed set and the error is nil. An error means that the place of execution failed, not the task.
	Run(ctx context.Context, spec Spec, h Handler) (Outcome, error)
}

// Spec is one task to run.
type Spec struct {
	Task *worker.Task // as it is: whoever changes it copies it
	// Timeout is the step's own limit, 0 for none. The worker raises it as an exception; the process is killed when it
	// is still there some grace later.
	Timeout time.Duration
	// LogLimit is how many bytes of each output stream are passed on, 0 for all. What comes after is read and dropped.
	LogLimit int64
}

// Stream is one of a process's two outputs.
type Stream int

// The outputs of a process.
const (
	Stdout Stream = iota + 1
	Stderr
)

// String returns the stream's name in messages and file names.
func (s Stream) String() string {
	if s == Stderr {
		return "stderr"
	}
	return "stdout"
}

// LineMax is the longest piece of output a handler gets at once. A longer line comes in pieces, each as a line of its own. It is above the
// usual limit of a whole log, so that only an endless line is ever cut.
const LineMax = 16 << 20

// Handler answers a task while it runs. Get and Store may be called from several goroutines at once and must return when
// their context ends; Started, Line and Truncated of one task are never called at the same time.
type Handler interface {
	// Get returns one value per item.
	Get(ctx context.Context, items []worker.Item) []worker.ItemValue
	// Store serves a call of the client API. An error that is a [worker.Kinded] reaches the process with its kind, any other as
	// kind io.
	Store(ctx context.Context, call string, args json.RawMessage) (any, error)
	// Started is called once, before the first Line.
	Started(pid int)
	// Line gets one line of output without its newline, exactly as written. The bytes are valid during the call only.
	Line(stream Stream, at time.Time, text []byte)
	// Truncated says, once per stream, that LogLimit is reached and the rest of the stream is dropped.
	Truncated(stream Stream, at time.Time)
}

// Remote is what a [Handler] may be as well: one that shows where a task is that does not run here. Its calls come in turn with those
// of the Handler.
type Remote interface {
	// Placed says what is known of the task's place, each time that has changed.
	Placed(at time.Time, p Placement)
	// Told is a line about the task by its place of execution, not by the task itself.
	Told(stream Stream, at time.Time, text []byte)
}

// Placement is where a task is that does not run here.
type Placement struct {
	Kind  string // batch
	Job   string // its name there
	State string // in the words of the place: RUNNABLE
	// Reason says in a sentence why it is in this state where that needs saying: what a job waits for.
	Reason string
}

// Fact is something to be recorded about where an attempt ran.
type Fact struct {
	Field, Value string
	Number       bool // Value is recorded as a number
}

// Outcome is how a task's process ended.
type Outcome struct {
	// Result is the last message of the process, nil when it ended without a usable one.
	Result *worker.Result
	// Stored says that the result's values are in the store already, under the keys it names.
	Stored bool
	// Place is where the task ran when not on this machine: batch.
	Place string
	// Facts are what is to be recorded of that place with the attempt.
	Facts []Fact
	// Final says that another attempt would end no better, whatever the step's retries: the job was refused, or a person cancelled it.
	Final bool
	// Reason says in one clause what went wrong with the process, beyond what Result tells; empty when nothing did. An
	// outcome with a reason is a failure also when the result says done.
	Reason   string
	PID      int
	ExitCode int            // 0 when Signal is set
	Signal   syscall.Signal // what killed the process, 0 when it exited by itself
	Killed   bool           // it was killed because the context ended
	TimedOut bool           // it was killed because it outlived its timeout
	MaxRSS   int64          // bytes; 0 when not known
	User     time.Duration
	System   time.Duration
}

// Succeeded tells whether the task is done.
func (o Outcome) Succeeded() bool {
	return o.Result != nil && o.Result.Type == worker.TypeDone && o.Reason == ""
}
