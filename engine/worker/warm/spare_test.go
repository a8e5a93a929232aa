package warm_test

import (
	"context"
	"os"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/engine/worker/pipe"
	"github.com/spindle-flow/spindle/tests/processes"
)

func kill(t *testing.T, pid int) {
	t.Helper()
	_ = syscall.Kill(pid, syscall.SIGKILL)
	processes.AwaitGone(t, pid)
}

// spares waits for the flow process to have forked in advance and said so, and returns the session and the task that wait. The keeper does not wait for one that
// has yet to say that it is ready: it ends it and forks anew.
func (p *project) spares(keeper int) (flow, session, task int) {
	p.t.Helper()
	for p.t.Context().Err() == nil {
		if s, err := p.place.Status(p.t.Context()); err != nil || len(s.Flows) == 0 {
			time.Sleep(5 * time.Millisecond)
			continue
		}
		for _, flow := range processes.Children(p.t, keeper) {
			for _, session := range processes.Children(p.t, flow) {
				if tasks := processes.Children(p.t, session); len(tasks) == 1 {
					return flow, session, tasks[0]
				}
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	p.t.Fatal("nothing was forked in advance")
	return 0, 0, 0
}

func (p *project) start() *worker.Worker {
	p.t.Helper()
	session := p.session()
	w, err := worker.Start(p.t.Context(), worker.Options{
		Program: worker.Program{Argv: []string{p.python}},
		Launch: func(ctx context.Context, control, stdout, stderr *os.File) (worker.Launched, error) {
			return p.place.Launch(ctx, session, control, stdout, stderr)
		},
	})
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := w.Describe(p.t.Context(), session.Flow); err != nil {
		p.t.Fatal(err)
	}
	return w
}

// fork has the worker fork a task that finds nothing to do, and waits for its end.
func fork(t *testing.T, w *worker.Worker) (pid int, exit worker.Exit) {
	t.Helper()
	ours, theirs, err := pipe.Socket("task channel")
	if err != nil {
		t.Fatal(err)
	}
	child, err := w.Fork(t.Context(), theirs, os.Stdout, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = theirs.Close(), ours.Close()
	<-child.Exited()
	return child.PID(), child.Exit()
}

func TestForkedInAdvance(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	keeper := p.keep(time.Minute).PID
	flow, session, task := p.spares(keeper)
	w := p.start()
	if w.PID() != session {
		t.Errorf("the worker is process %d, and not %d that waited", w.PID(), session)
	}
	for i, want := range []bool{true, false, false} {
		pid, exit := fork(t, w)
		if (pid == task) != want || exit.Code != 1 || exit.Lost || exit.MaxRSS == 0 {
			t.Errorf("task %d: process %d (%d waited), %+v", i, pid, task, exit)
		}
	}
	_ = w.Close()
	again, other, _ := p.spares(keeper)
	if again != flow || other == session {
		t.Errorf("after a session, process %d of %d waits; it was %d of %d", other, again, session, flow)
	}
}

// TestSparesAreKilled: whatever happens to the processes that wait, the next spin has a worker of the same flow process.
func TestSparesAreKilled(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	keeper := p.keep(time.Minute).PID
	for _, both := range []bool{false, true} {
		flow, session, task := p.spares(keeper)
		kill(t, task)
		if both {
			kill(t, session)
		}
		w := p.start()
		if _, exit := fork(t, w); exit.Code != 1 || exit.Lost {
			t.Errorf("a task after one that waited was killed: %+v", exit)
		}
		_ = w.Close()
		if !slices.Contains(processes.Children(t, keeper), flow) {
			t.Error("the flow process is gone")
		}
	}
}

// TestNobodyIsLeft: a keeper that ends takes all of its processes along.
func TestNobodyIsLeft(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]syscall.Signal{"sigterm": syscall.SIGTERM, "sigkill": syscall.SIGKILL} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProject(t)
			keeper := p.keep(time.Minute).PID
			flow, session, task := p.spares(keeper)
			_ = syscall.Kill(keeper, end)
			for _, pid := range []int{keeper, flow, session, task} {
				processes.AwaitGone(t, pid)
			}
		})
	}
}
