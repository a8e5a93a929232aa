package service_test

import (
	"fmt"
	"testing"

	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/tests/metaservice"
)

// BenchmarkTask is what a task waits for when it is recorded, and how many requests that makes; the service stands beside.
func BenchmarkTask(b *testing.B) {
	server := metaservice.Start(b, metaservice.Options{})
	s := open(b, quick(server.URL))
	run := must[string](b)(s.NewRun(b.Context(), "F", tags))
	before := server.Requests()
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		id := metadata.TaskID{Flow: "F", Run: run, Step: "s", Task: s.TaskName(n)}
		ended := s.Alive(id)
		attempt(b, s, id, 0, true)
		ended()
		n++
	}
	b.StopTimer()
	ok(b, s.Flush(b.Context()))
	b.ReportMetric(float64(server.Requests()-before)/float64(n), "requests/task")
	b.ReportMetric(float64(server.Connections()), "connections")
}

// TestManyHeartbeats has the tasks of a wide foreach beat at once over few connections.
func TestManyHeartbeats(t *testing.T) {
	server, s := start(t, metaservice.Options{Wait: 1})
	run := must[string](t)(s.NewRun(t.Context(), "F", tags))
	const n = 2000
	var ended []func()
	for i := range n {
		id := metadata.TaskID{Flow: "F", Run: run, Step: fmt.Sprintf("s%d", i%7), Task: s.TaskName(i)}
		ok(t, s.RegisterTask(t.Context(), id, tags))
		ended = append(ended, s.Alive(id))
	}
	for _, end := range ended {
		end()
	}
	ok(t, s.Flush(t.Context()))
	tasks := server.Runs("F")[0].Tasks
	if len(tasks) != n || server.Connections() > 32 {
		t.Errorf("%d tasks, %d connections", len(tasks), server.Connections())
	}
	silent := 0
	for _, task := range tasks {
		if task.Beats == 0 {
			silent++
		}
	}
	if silent > 0 {
		t.Errorf("%d of %d tasks gave no sign of life", silent, n)
	}
}
