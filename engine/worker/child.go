package worker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"syscall"
)

// Child is one process that runs one task: a fork of the worker, or a program of its own.
type Child struct {
	pid  int
	done chan struct{}
	exit Exit // valid once done is closed
}

func newChild(pid int) *Child { return &Child{pid: pid, done: make(chan struct{})} }

func (c *Child) end(e Exit) {
	c.exit = e
	close(c.done)
}

// PID returns the process id, which is also the id of its process group.
func (c *Child) PID() int { return c.pid }

// Exited is closed when the process has ended.
func (c *Child) Exited() <-chan struct{} { return c.done }

// Exit returns how the process ended; valid after Exited is closed.
func (c *Child) Exit() Exit { return c.exit }

// Signal sends a signal to the process and all it has started. After its exit it reaches what it has left behind.
func (c *Child) Signal(sig syscall.Signal) {
	select {
	case <-c.done:
		if c.pid > 1 {
			_ = syscall.Kill(-c.pid, sig) // never the bare pid, which may be someone else's by now
		}
	default:
		signalGroup(c.pid, sig)
	}
}

// Fork starts a child of the worker with the given files as its task channel, stdout and stderr. The files stay the caller's to close.
func (w *Worker) Fork(ctx context.Context, channel, stdout, stderr *os.File) (*Child, error) {
	got := make(chan forked, 1)
	err := w.request(
		func(id int64) error {
			return w.conn.WriteFiles(map[string]any{"type": "start", "id": id}, channel, stdout, stderr)
		},
		func(m Message, err error) { got <- w.started(m, err) })
	if err != nil {
		return nil, fmt.Errorf("fork a task: %w", err)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, w.opts.StartLimit, errors.New("the worker did not answer in time"))
	defer cancel()
	select {
	case f := <-got:
		return f.child, f.err
	case <-ctx.Done():
		go func() { // a child that comes too late is not wanted
			if f := <-got; f.child != nil {
				f.child.Signal(syscall.SIGKILL)
			}
		}()
		return nil, fmt.Errorf("fork a task: %w", context.Cause(ctx))
	}
}

type forked struct {
	child *Child
	err   error
}

// started registers the child while the channel is not read on, so that its exit can't be missed.
func (w *Worker) started(m Message, err error) forked {
	if err != nil {
		return forked{err: fmt.Errorf("fork a task: %w", err)}
	}
	if m.Type != "started" {
		return forked{err: &RefusedError{Request: "fork a task", Message: messageOf(m)}}
	}
	var reply struct {
		PID int `json:"pid"`
	}
	if err := m.Decode(&reply); err != nil {
		return forked{err: err}
	}
	if reply.PID <= 1 {
		return forked{err: &ProtocolError{Problem: fmt.Sprintf("started with process id %d", reply.PID)}}
	}
	child := newChild(reply.PID)
	w.mu.Lock()
	w.children[reply.PID] = child
	w.mu.Unlock()
	return forked{child: child}
}

// Guard asks the worker to kill the group of a process that the engine has started itself, should the engine die without a word. The process's
// leader dies with the engine where the system sees to it; what it has started does not. release ends it. A worker that can't is not asked.
func (w *Worker) Guard(pid int) (release func()) {
	if !slices.Contains(w.hello.Can, "guard") {
		return func() {}
	}
	tell := func(what string) {
		_ = w.conn.Write(map[string]any{"type": what, "pid": pid}) // a worker that is gone guards nothing
	}
	tell("guard")
	return func() { tell("unguard") }
}
