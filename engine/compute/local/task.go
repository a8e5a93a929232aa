package local

import (
	"context"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/engine/worker/pipe"
)

const (
	leftLimit = 2 * time.Second  // for all output that comes after the exit
	reapLimit = 20 * time.Second // for a killed process to be reported
	openCalls = 8                // requests of one task served at once
)

// task is one task while it runs.
type task struct {
	local   *Local
	spec    compute.Spec
	handler compute.Handler

	forker  *worker.Worker // nil when spawned
	child   *worker.Child
	conn    *worker.Conn
	outputs []*output
	lines   sync.Mutex // one call of the handler at a time

	// Set by the goroutine that converses, read once it has ended.
	result   *worker.Result
	fault    error         // why the conversation was broken off
	broken   chan struct{} // closed with the first fault
	killed   bool
	timedOut bool
	immortal bool // did not end when killed
}

// start makes the channels and the process. On an error nothing is left.
func (t *task) start(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	channel, theirs, err := pipe.Socket("task channel")
	if err != nil {
		return err
	}
	defer theirs.Close()
	t.conn = worker.NewConn(channel)
	ends := make([]*os.File, 0, 2)
	defer func() {
		for _, f := range ends {
			_ = f.Close()
		}
	}()
	for _, stream := range []compute.Stream{compute.Stdout, compute.Stderr} {
		r, w, err := pipe.New(stream.String())
		if err != nil {
			t.closeAll()
			return err
		}
		ends = append(ends, w)
		t.outputs = append(t.outputs, t.newOutput(stream, r))
	}
	if err := t.process(ctx, theirs, ends[0], ends[1]); err != nil {
		t.closeAll()
		return err
	}
	return nil
}

func (t *task) process(ctx context.Context, channel, stdout, stderr *os.File) (err error) {
	if t.local.spawner != nil {
		if t.child, err = t.local.spawner.Start(channel, stdout, stderr); err == nil {
			t.local.guard(t.child)
		}
		return err
	}
	if t.forker, err = t.local.forker(ctx); err != nil {
		return err
	}
	t.child, err = t.forker.Fork(ctx, channel, stdout, stderr)
	return err
}

func (t *task) closeAll() {
	_ = t.conn.Close()
	for _, o := range t.outputs {
		_ = o.pipe.Close()
	}
}

// run sees the task through to its end.
func (t *task) run(ctx context.Context) (compute.Outcome, error) {
	defer t.closeAll()
	t.handler.Started(t.child.PID())
	var reading sync.WaitGroup
	for _, o := range t.outputs {
		reading.Go(o.read)
	}
	talk := t.converse(ctx)
	t.await(ctx)
	if t.failedAlready() {
		t.child.Signal(syscall.SIGKILL)
	}
	t.conn.Release(t.local.opts.Quiet, leftLimit)
	talk.end()
	out := t.outcome()
	if !out.Succeeded() {
		t.child.Signal(syscall.SIGKILL)
	}
	for _, o := range t.outputs {
		o.pipe.Release(t.local.opts.Quiet, leftLimit)
	}
	reading.Wait()
	if t.exit().Lost {
		return t.lost(out)
	}
	return out, nil
}

// exit returns how the process ended; nothing is known of one that did not.
func (t *task) exit() worker.Exit {
	if t.immortal {
		return worker.Exit{}
	}
	return t.child.Exit()
}

// await waits for the exit of the process and kills it when the context ends, the time is over or the conversation broke.
func (t *task) await(ctx context.Context) {
	var timeout <-chan time.Time
	if t.spec.Timeout > 0 {
		timer := time.NewTimer(t.spec.Timeout + t.local.opts.TimeoutGrace)
		defer timer.Stop()
		timeout = timer.C
	}
	select {
	case <-t.child.Exited():
		return
	case <-ctx.Done():
		t.killed = true
		t.terminate()
	case <-timeout:
		t.timedOut = true
		t.terminate()
	case <-t.broken:
		t.kill()
	}
}

// terminate gives the group a grace to end by itself, then kills it.
func (t *task) terminate() {
	t.child.Signal(syscall.SIGTERM)
	timer := time.NewTimer(t.local.opts.KillGrace)
	defer timer.Stop()
	select {
	case <-t.child.Exited():
	case <-timer.C:
		t.kill()
	}
}

func (t *task) kill() {
	t.child.Signal(syscall.SIGKILL)
	timer := time.NewTimer(reapLimit)
	defer timer.Stop()
	select {
	case <-t.child.Exited():
	case <-timer.C: // stuck in the kernel, or its worker does not reap
		t.immortal = true
	}
}

// failedAlready tells whether the exit alone says that the task has failed.
func (t *task) failedAlready() bool {
	if t.killed || t.timedOut || t.immortal {
		return true
	}
	e := t.exit()
	return e.Code != 0 || e.Signal != 0 || e.Lost
}

// lost reports a task whose worker died.
func (t *task) lost(out compute.Outcome) (compute.Outcome, error) {
	<-t.forker.Done()
	if err := t.forker.Err(); err != nil {
		return out, err
	}
	out.Killed = true // the worker was closed on purpose
	return out, nil
}
