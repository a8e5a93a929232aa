package run_test

import (
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/run"
)

// BenchmarkWideForeach is the engine's own cost per task: everything but the process.
func BenchmarkWideForeach(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				cfg, _ := wide(storeRoot(b), n, func() error { return nil })
				began := time.Now()
				mustRun(b, cfg)
				b.ReportMetric(float64(time.Since(began).Microseconds())/float64(n), "µs/task")
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				b.ReportMetric(float64(m.Sys)/(1<<20), "MB-sys")
			}
		})
	}
}

// BenchmarkWideResume takes over the tasks of a run whose join failed.
func BenchmarkWideResume(b *testing.B) {
	root := storeRoot(b)
	cfg, _ := wide(root, 1000, func() error { return errors.New("boom") })
	if _, err := run.Run(b.Context(), cfg); err == nil {
		b.Fatal("no error")
	}
	for b.Loop() {
		cfg, _ := wide(root, 1000, func() error { return nil })
		cfg.Resume = &run.Resume{}
		mustRun(b, cfg)
	}
}
