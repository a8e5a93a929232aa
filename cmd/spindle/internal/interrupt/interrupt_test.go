package interrupt_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"syscall"
	"testing"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/interrupt"
	"github.com/spindle-flow/spindle/engine/run"
)

type recorder struct{ events int }

func (r *recorder) Event(run.Event) { r.events++ }

func TestThreeSignals(t *testing.T) {
	t.Parallel()
	killed, left := make(chan int, 10), make(chan error, 1)
	next := &recorder{}
	g := interrupt.New(next, func(pid int) { killed <- pid }, func(err error) { left <- err })
	signals := make(chan os.Signal)
	ctx, stop := g.Watch(context.Background(), signals)
	defer stop()

	task := func(pid int) run.TaskRef { return run.TaskRef{PID: pid} }
	g.Event(run.TaskStarted{Task: task(10)})
	g.Event(run.TaskStarted{Task: task(11)})
	g.Event(run.TaskStarted{Task: task(12)})
	g.Event(run.TaskStarted{Task: task(0)})
	g.Event(run.TaskFinished{Task: task(10)})
	if next.events != 5 {
		t.Errorf("%d events came through", next.events)
	}

	signals <- syscall.SIGINT
	<-ctx.Done()
	var cause *fault.Signal
	if !errors.As(context.Cause(ctx), &cause) || cause.Signal != syscall.SIGINT || g.Signal() != cause {
		t.Errorf("cause %v", context.Cause(ctx))
	}
	if len(killed) != 0 {
		t.Error("the first signal killed a task")
	}

	signals <- syscall.SIGINT
	pids := []int{<-killed, <-killed}
	slices.Sort(pids)
	if !slices.Equal(pids, []int{11, 12}) {
		t.Errorf("killed %v", pids)
	}

	signals <- syscall.SIGTERM
	if err := <-left; !errors.As(err, &cause) || cause.Signal != syscall.SIGTERM {
		t.Errorf("left with %v", err)
	}
}

func TestStopWithoutSignal(t *testing.T) {
	t.Parallel()
	g := interrupt.New(&recorder{}, func(int) {}, func(error) {})
	ctx, stop := g.Watch(context.Background(), make(chan os.Signal))
	stop()
	stop()
	<-ctx.Done()
	if g.Signal() != nil {
		t.Error("a signal out of nowhere")
	}
}
