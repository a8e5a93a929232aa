// Package interrupt ends a run when the user asks for it.
//
// The first signal asks the run to stop: running tasks get some seconds to end. The second kills them with all they started. The third
// gives up waiting. The store is readable after each of them.
package interrupt

import (
	"context"
	"os"
	"sync"
	"syscall"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/engine/run"
)

// Signals are those that end a run.
func Signals() []os.Signal {
	return []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}
}

// Guard follows a run's tasks, to be able to kill them.
type Guard struct {
	next  run.Observer
	kill  func(pid int)
	leave func(error)

	mu    sync.Mutex
	tasks map[int]struct{} // process ids of running tasks, guarded by mu
	first *fault.Signal    // guarded by mu
}

// New makes a guard that hands events on to next. kill ends a task's process group at once; leave ends this process.
func New(next run.Observer, kill func(pid int), leave func(error)) *Guard {
	return &Guard{next: next, kill: kill, leave: leave, tasks: map[int]struct{}{}}
}

// KillGroup kills the process group of a task.
func KillGroup(pid int) {
	// A group that is gone already is what we want.
	_ = syscall.Kill(-pid, syscall.SIGKILL)
}

// Watch handles signals until the returned function is called. The context ends with the first signal.
func (g *Guard) Watch(ctx context.Context, signals <-chan os.Signal) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	done := make(chan struct{})
	go func() {
		for n := 1; ; n++ {
			select {
			case <-done:
				return
			case sig := <-signals:
				g.signal(n, sig, cancel)
			}
		}
	}()
	return ctx, sync.OnceFunc(func() {
		close(done)
		cancel(nil)
	})
}

func (g *Guard) signal(n int, sig os.Signal, cancel context.CancelCauseFunc) {
	number, _ := sig.(syscall.Signal)
	switch n {
	case 1:
		reason := &fault.Signal{Signal: number}
		g.mu.Lock()
		g.first = reason
		g.mu.Unlock()
		cancel(reason)
	case 2:
		g.killAll()
	default:
		g.killAll()
		g.leave(&fault.Signal{Signal: number})
	}
}

func (g *Guard) killAll() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for pid := range g.tasks {
		g.kill(pid)
	}
}

// Signal is what ended the run, nil when nothing did.
func (g *Guard) Signal() *fault.Signal {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.first
}

// Event implements run.Observer.
func (g *Guard) Event(ev run.Event) {
	g.mu.Lock()
	switch e := ev.(type) {
	case run.TaskStarted:
		if e.Task.PID > 1 {
			g.tasks[e.Task.PID] = struct{}{}
		}
	case run.TaskFinished:
		delete(g.tasks, e.Task.PID)
	case run.TaskFailed:
		delete(g.tasks, e.Task.PID)
	}
	g.mu.Unlock()
	g.next.Event(ev)
}
