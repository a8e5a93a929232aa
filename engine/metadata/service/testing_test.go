package service_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/metadata/service"
	"github.com/spindle-flow/spindle/tests/metaservice"
)

// quick are options with which failures cost little time.
func quick(url string) service.Options {
	return service.Options{URL: url, User: "ann", Base: time.Millisecond, Cap: 20 * time.Millisecond, Tries: 8, Patience: time.Minute}
}

func open(t testing.TB, o service.Options) *service.Service {
	t.Helper()
	s, err := service.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var tags = metadata.Tags{User: []string{"nightly"}, System: []string{"user:ann", "runtime:dev"}}

// attempt writes what a run writes of one attempt of a task.
func attempt(t testing.TB, p metadata.Provider, id metadata.TaskID, number int, good bool) {
	t.Helper()
	ctx := context.Background()
	if number == 0 {
		ok(t, p.RegisterTask(ctx, id, tags))
	}
	start := metadata.Start{
		Attempt: number, DSType: "local", DSRoot: "/d", Script: "f.py", System: metadata.System{User: "ann"},
		Frames: []metadata.Frame{{Step: "each", Var: "x", Value: "1", Index: 1}},
	}
	ok(t, p.AddMetadata(ctx, id, start.Records()))
	ok(t, p.AddArtifacts(ctx, id, number, "local", metadata.RootLocation("/d"), tags, []metadata.ArtifactRecord{
		{Name: "x", Key: "aa", ContentType: "pickle-v4"}, {Name: "y", Key: "bb", ContentType: "pickle-v4"},
	}))
	ok(t, p.AddMetadata(ctx, id, metadata.EndRecords(number, good)))
	ok(t, p.AddMetadata(ctx, id, metadata.DoneRecords(number)))
}

// statuses collects what a service tells.
type statuses struct {
	mu   sync.Mutex
	list []metadata.Status
	came chan struct{}
}

func watch(s *service.Service) *statuses {
	w := &statuses{came: make(chan struct{}, 100)}
	s.Watch(func(st metadata.Status) {
		w.mu.Lock()
		w.list = append(w.list, st)
		w.mu.Unlock()
		w.came <- struct{}{}
	})
	return w
}

func (w *statuses) all() []metadata.Status {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]metadata.Status(nil), w.list...)
}

func start(t testing.TB, o metaservice.Options) (*metaservice.Server, *service.Service) {
	t.Helper()
	server := metaservice.Start(t, o)
	return server, open(t, quick(server.URL))
}
