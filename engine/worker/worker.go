package worker

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

// Program is how to start a worker.
type Program struct {
	Argv []string // the program and its arguments
	Env  []string // the whole environment; the engine adds the channel's variable
	Dir  string   // working directory, empty for the engine's own
}

// Identity says who the engine is, for the handshake and for errors about it.
type Identity struct {
	Version string
	File    string // path of the engine's binary
}

// Options configure [Start].
type Options struct {
	Program
	Engine Identity
	// Stdout and Stderr get what the worker itself prints (at import), as it comes; the bytes are valid during the call only. May be nil.
	Stdout, Stderr func([]byte)
	// StartLimit bounds the time until the worker's hello, 0 for 60 s.
	StartLimit time.Duration
	// Limit bounds one Describe, 0 for none; LimitHint completes the error: how a user raises it.
	Limit     time.Duration
	LimitHint string
}

// Worker is a running worker program.
type Worker struct{ hello Hello }

// Start starts a worker and shakes hands with it.
func Start(ctx context.Context, opts Options) (*Worker, error) {
	return nil, errors.New("not built yet")
}

// Hello returns how the worker introduced itself.
func (w *Worker) Hello() Hello { return w.hello }

// CanFork tells whether the worker can run tasks in children of its process.
func (w *Worker) CanFork() bool { return false }

// Describe has the worker import a flow and say what it is. A fault of the flow is a [*FlowError].
func (w *Worker) Describe(ctx context.Context, req DescribeRequest) (*Description, error) {
	return nil, errors.New("not built yet")
}

// Fork starts a child of the worker with the given files as its task channel, stdout and stderr.
func (w *Worker) Fork(ctx context.Context, channel, stdout, stderr *os.File) (*Child, error) {
	return nil, errors.New("not built yet")
}

// Done is closed when the worker's process has ended.
func (w *Worker) Done() <-chan struct{} { return nil }

// Close asks the worker to stop and waits for it, killing it and its children after a grace.
func (w *Worker) Close() error { return nil }

// Child is one process that runs one task.
type Child struct{ pid int }

// PID returns the process id, which is also the id of its process group.
func (c *Child) PID() int { return c.pid }

// Exited is closed when the process has ended.
func (c *Child) Exited() <-chan struct{} { return nil }

// Exit returns how the process ended; valid after Exited is closed.
func (c *Child) Exit() Exit { return Exit{} }

// Exit is how a process ended.
type Exit struct {
	Code   int
	Signal syscall.Signal
	MaxRSS int64 // bytes
	User   time.Duration
	System time.Duration
}

// FlowError is a fault of the user's file found by importing it.
type FlowError struct {
	Kind       string   `json:"kind"` // syntax, import, exit, no_flow, many_flows, decorator, parameter, protocol, hang
	Message    string   `json:"message"`
	File       string   `json:"file"`
	Line       int      `json:"line"`
	Column     int      `json:"column"`
	Text       string   `json:"text"`
	Traceback  string   `json:"traceback"`
	Module     string   `json:"module"`
	Executable string   `json:"executable"`
	Classes    []string `json:"classes"`
}

// Error returns the message with its place.
func (e *FlowError) Error() string { return e.Message }
