package task

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/cache"
	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/local"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/compute/scratch"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/worker"
)

const (
	// startLimit is for fetching and unpacking.
	startLimit = 10 * time.Minute
	// storeLimit is for what has to be told at the end, when something is in the way of it.
	storeLimit = 5 * time.Minute
	// cacheLimit keeps small inputs that are read again; large ones are fetched to where the step reads them.
	cacheLimit = 256 << 20
)

// folders are where the step's process puts values.
type folders struct{ scratch, spill string }

// do runs the job. What came of it is in h.out and h.failed.
func (h *helper) do() {
	ctx, stop := h.stoppable()
	defer stop()
	if err := h.prepare(ctx); err != nil {
		h.broken(ctx, "start", err)
		return
	}
	store, err := h.store()
	if err != nil {
		h.broken(ctx, "start", err)
		return
	}
	dirs, drop, err := h.folders()
	if err != nil {
		h.broken(ctx, "folder", err)
		return
	}
	defer drop()
	h.logs = newLogs(h)
	h.run(ctx, store, dirs)
	h.keep(store, dirs)
	h.endLogs()
}

// stoppable is a context that ends when the container is stopped.
func (h *helper) stoppable() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(context.Background())
	go func() {
		select {
		case sig := <-h.Stop:
			cancel(stopped{sig})
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil) }
}

// stopped is the cause of a context that a signal has ended.
type stopped struct{ signal os.Signal }

// Error says what it was.
func (s stopped) Error() string { return fmt.Sprintf("the container was stopped (%s)", s.signal) }

// broken notes that the job did not get as far as the step.
func (h *helper) broken(ctx context.Context, op string, err error) {
	if cause := (stopped{}); errors.As(context.Cause(ctx), &cause) {
		h.out.Terminated, h.out.Killed, h.out.Reason = true, true, cause.Error()+" before the step began"
		return
	}
	h.fail(op, err)
}

// prepare gets the job and the code.
func (h *helper) prepare(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	job, err := remote.ReadJob(ctx, h.client, h.paths.Job())
	if err != nil {
		return err
	}
	h.job = job
	return h.unpack(ctx)
}

// store is the datastore.
func (h *helper) store() (*artifact.Store, error) {
	root, err := objects.Parse(h.job.Root)
	if err != nil {
		return nil, err
	}
	root.Key = strings.Trim(root.Key, "/")
	dir := filepath.Join(h.folder, "values")
	h.group = disk.NewGroup(h.folder, disk.Options{Sync: disk.SyncNone})
	return artifact.OpenRemote(artifact.Remote{
		Client: h.client, Root: root, Cache: cache.Open(dir, cacheLimit, h.Now), Folder: filepath.Join(h.folder, "state"),
	}, artifact.Options{Group: h.group, Now: h.Now}), nil
}

// folders makes them: scratch in memory where there is room, spill on the disk.
func (h *helper) folders() (f folders, drop func(), err error) {
	f.spill = filepath.Join(h.folder, "spill")
	if err := os.Mkdir(f.spill, 0o700); err != nil {
		return f, nil, err
	}
	fast, err := scratch.Open(scratch.Base(h.folder, scratch.Shared))
	if err != nil {
		return f, nil, err
	}
	if f.scratch, err = fast.Sub("task"); err != nil {
		return f, nil, errors.Join(err, fast.Close())
	}
	return f, func() { _ = fast.Close() }, nil
}

// run runs the step.
func (h *helper) run(ctx context.Context, store *artifact.Store, dirs folders) {
	message, err := h.message(dirs)
	if err != nil {
		h.broken(ctx, "folder", err)
		return
	}
	place, err := h.place()
	if err != nil {
		h.fail("start", err)
		return
	}
	defer place.Close()
	h.phase.Store(phaseRun)
	answers, err := newHandler(h, store, dirs)
	if err != nil {
		h.broken(ctx, "start", err)
		return
	}
	outcome, err := place.Run(ctx, compute.Spec{Task: &message, Timeout: h.job.Timeout, LogLimit: h.job.LogLimit}, answers)
	h.out.Ended = h.Now().UTC()
	if err != nil {
		h.broken(ctx, "start", err)
		return
	}
	h.take(outcome)
	h.out.OutOfMemory = place.outOfMemory
	h.out.Terminated = outcome.Killed && errors.As(context.Cause(ctx), new(stopped))
}

// here runs processes in this container, and says in words why it was the container that ended one.
type here struct {
	*local.Local
	h           *helper
	program     string // what is started
	outOfMemory bool
}

func (h *helper) place() (*here, error) {
	program, err := h.program()
	if err != nil {
		return nil, err
	}
	l, err := local.New(local.Options{
		Isolation: local.Spawn, Program: program, Engine: worker.Identity{Version: h.job.Engine, File: h.Executable}, Now: h.Now,
	})
	return &here{Local: l, h: h, program: program.Argv[0]}, err
}

// Run implements [compute.Compute].
func (p *here) Run(ctx context.Context, spec compute.Spec, answers compute.Handler) (compute.Outcome, error) {
	kills := memoryKills(p.h.Control)
	o, err := p.Local.Run(ctx, spec, answers)
	if err != nil {
		return o, notThere(p.program, err)
	}
	p.outOfMemory = memoryKills(p.h.Control) > kills
	if cause := (stopped{}); o.Killed && errors.As(context.Cause(ctx), &cause) {
		o.Reason = "was interrupted: " + cause.Error()
	} else if p.outOfMemory && o.Signal == syscall.SIGKILL {
		o.Reason = "was killed because memory ran out" + limitText(memoryLimit(p.h.Control)) + "; ask for more with @resources(memory=…)"
	}
	return o, nil
}

// notThere says it in words when the program of steps is gone.
func notThere(program string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the program %q, which runs steps, cannot be started: %w", program, err)
	}
	return err
}

// take notes how the step's process ended.
func (h *helper) take(o compute.Outcome) {
	h.out.Result, h.out.Reason, h.out.ExitCode, h.out.Signal = o.Result, o.Reason, o.ExitCode, int(o.Signal)
	h.out.Killed, h.out.TimedOut, h.out.MaxRSS, h.out.User, h.out.System = o.Killed, o.TimedOut, o.MaxRSS, o.User, o.System
}

func limitText(limit int64) string {
	if limit <= 0 {
		return ""
	}
	return fmt.Sprintf(": the container may use %d MB", limit>>20)
}
