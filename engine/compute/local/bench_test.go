package local_test

import (
	"context"
	"encoding/json"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/local"
	"github.com/spindle-flow/spindle/engine/worker"
)

type silent struct{}

func (silent) Started(int)                                                 {}
func (silent) Line(compute.Stream, time.Time, []byte)                      {}
func (silent) Truncated(compute.Stream, time.Time)                         {}
func (silent) Get(context.Context, []worker.Item) []worker.ItemValue       { return nil }
func (silent) Store(context.Context, string, json.RawMessage) (any, error) { return nil, nil }

// BenchmarkRun runs empty tasks, 16 at a time; engine-µs is the processor time that the engine itself took per task.
func BenchmarkRun(b *testing.B) {
	runTasks(b, startLocal(b, nil), spec("done()"))
}

// BenchmarkPython does the same with the Python worker and a step that sets one artifact.
func BenchmarkPython(b *testing.B) {
	l := startPython(b, func(o *local.Options) { o.Isolation = local.Fork })
	runTasks(b, l, pythonSpec(b, "start", ""))
}

func runTasks(b *testing.B, l *local.Local, s compute.Spec) {
	b.Helper()
	before := cpu(b)
	tasks := make(chan struct{})
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range tasks {
				if out, err := l.Run(b.Context(), s, silent{}); err != nil || !out.Succeeded() {
					b.Errorf("outcome = %+v, %v", out, err)
				}
			}
		})
	}
	for b.Loop() {
		tasks <- struct{}{}
	}
	close(tasks)
	wg.Wait()
	b.ReportMetric(float64((cpu(b)-before).Microseconds())/float64(b.N), "engine-µs/op")
}

func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
