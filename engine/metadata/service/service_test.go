package service_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/metadata/service"
	"github.com/spindle-flow/spindle/tests/metaservice"
)

// tasks writes many tasks of one run at once.
func tasks(t testing.TB, s *service.Service, run string, n int) {
	t.Helper()
	done := make(chan struct{})
	for i := range n {
		go func() {
			defer func() { done <- struct{}{} }()
			attempt(t, s, metadata.TaskID{Flow: "F", Run: run, Step: fmt.Sprintf("s%d", i%3), Task: s.TaskName(i)}, 0, true)
		}()
	}
	for range n {
		<-done
	}
}

// whole checks that a run has all that tasks wrote, once.
func whole(t *testing.T, run metaservice.Run, n int) {
	t.Helper()
	if len(run.Tasks) != n {
		t.Errorf("there are %d tasks, %d were made", len(run.Tasks), n)
	}
	if twice := run.Twice(); len(twice) > 0 {
		t.Errorf("posted more than once: %s", strings.Join(twice, "\n"))
	}
	for _, task := range run.Tasks {
		if want := []string{"0/x", "0/y"}; !cmp.Equal(want, task.Artifacts) {
			t.Errorf("%s has the artifacts %v", task.Pathspec, task.Artifacts)
		}
		if len(task.Records) != 11 {
			t.Errorf("%s has %d records: %v", task.Pathspec, len(task.Records), task.Records)
		}
	}
}

// TestFaults has every kind of fault in a third of all requests: everything arrives, nothing twice, and always the step before its tasks and
// a task before what is said of it.
func TestFaults(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			server := metaservice.Start(t, metaservice.Options{})
			server.Faults(metaservice.Seeded(seed, 0.33, metaservice.Passing...))
			o := quick(server.URL)
			o.Tries = 40
			s := open(t, o)
			run := must[string](t)(s.NewRun(t.Context(), "F", tags))
			tasks(t, s, run, 40)
			ok(t, s.Flush(t.Context()))
			runs := server.Runs("F")
			if len(runs) != 1 || runs[0].ID != run {
				t.Fatalf("there are the runs %v, made was %s", runs, run)
			}
			whole(t, runs[0], 40)
		})
	}
}

// TestOutage loses the service while tasks are written: writing does not wait, the outage is told once, and all arrives afterwards.
func TestOutage(t *testing.T) {
	server, s := start(t, metaservice.Options{})
	told := watch(s)
	run := must[string](t)(s.NewRun(t.Context(), "F", tags))
	server.Stop()
	tasks(t, s, run, 100)
	<-told.came
	ok(t, server.Resume())
	ok(t, s.Flush(t.Context()))
	<-told.came
	list := told.all()
	if len(list) != 2 || !list[0].Down || list[1].Down || list[0].Waiting == 0 || !strings.Contains(list[0].Reason, "refused") {
		t.Errorf("told was %+v", list)
	}
	whole(t, server.Runs("F")[0], 100)
	server.Stop()
	if _, err := s.Run(t.Context(), "F", run); err == nil || !strings.Contains(err.Error(), "given up after 8 tries") {
		t.Errorf("reading from nobody: %v", err)
	}
}

// TestPatience ends the wait for a service that stays away, and says what it lacks.
func TestPatience(t *testing.T) {
	server := metaservice.Start(t, metaservice.Options{})
	o := quick(server.URL)
	o.Patience = 50 * time.Millisecond
	s := open(t, o)
	run := must[string](t)(s.NewRun(t.Context(), "F", tags))
	server.Stop()
	tasks(t, s, run, 5)
	err := s.Flush(t.Context())
	var lost *service.LostError
	if !errors.As(err, &lost) || lost.Writes == 0 || len(lost.Tasks) != 5 || lost.Remedy() == "" {
		t.Fatalf("%v", err)
	}
	for _, part := range []string{"lacks", "/s0/t-0", "and 2 more tasks", "does not answer", server.URL} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("no %q in %q", part, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Flush(ctx); !errors.Is(err, context.Canceled) || !errors.As(err, &lost) {
		t.Errorf("%v", err)
	}
}

// TestRefusal reports what the service does not want, and goes on with the rest.
func TestRefusal(t *testing.T) {
	server, s := start(t, metaservice.Options{})
	run := must[string](t)(s.NewRun(t.Context(), "F", tags))
	ok(t, s.RegisterTask(t.Context(), metadata.TaskID{Flow: "F", Run: run, Step: "s", Task: "17"}, tags))
	tasks(t, s, run, 3)
	err := s.Flush(t.Context())
	if err == nil || !strings.Contains(err.Error(), "task_id must not be a number") {
		t.Errorf("%v", err)
	}
	if got := len(server.Runs("F")[0].Tasks); got != 3 {
		t.Errorf("%d tasks", got)
	}
}

// TestLostStart loses the answer to the making of a run: it is found again, and no second one is made.
func TestLostStart(t *testing.T) {
	for _, fault := range []metaservice.Fault{metaservice.NoAnswer, metaservice.Half, metaservice.BadGateway} {
		for _, id := range []string{"", "chosen"} {
			server, s := start(t, metaservice.Options{})
			hit := false
			server.Faults(func(_ int, r *http.Request) metaservice.Fault {
				if !hit && r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/run") {
					hit = true
					return fault
				}
				return metaservice.None
			})
			if id == "" {
				must[string](t)(s.NewRun(t.Context(), "F", tags))
			} else if !must[bool](t)(s.RegisterRun(t.Context(), "F", id, tags)) {
				t.Error("a run that was made here counts as somebody else's")
			}
			if runs := server.Runs("F"); len(runs) != 1 || !hit {
				t.Errorf("there are %d runs", len(runs))
			}
		}
	}
}

// TestRequests counts what a task costs.
func TestRequests(t *testing.T) {
	server, s := start(t, metaservice.Options{})
	run := must[string](t)(s.NewRun(t.Context(), "F", tags))
	before := server.Requests()
	const n = 300
	for i := range n {
		id := metadata.TaskID{Flow: "F", Run: run, Step: "s", Task: s.TaskName(i)}
		ended := s.Alive(id)
		attempt(t, s, id, 0, true)
		ended()
	}
	ok(t, s.Flush(t.Context()))
	perTask := float64(server.Requests()-before) / n
	t.Logf("%.2f requests a task, %d connections, %v", perTask, server.Connections(), server.Counts())
	if perTask > 6.05 { // the task, its records at the start and at the end, its artifacts, a heartbeat; and the step
		t.Errorf("%.2f requests a task", perTask)
	}
	if server.Connections() > 32 {
		t.Errorf("%d connections at once", server.Connections())
	}
	for _, task := range server.Runs("F")[0].Tasks {
		if task.Beats != 1 {
			t.Errorf("%s has %d heartbeats", task.Pathspec, task.Beats)
		}
	}
}

// TestHeartbeats has a run and a task beat as often as the service wants, through faults, and once more at the end.
func TestHeartbeats(t *testing.T) {
	server, s := start(t, metaservice.Options{Wait: 1})
	run := must[string](t)(s.NewRun(t.Context(), "F", tags))
	beats := make(chan string, 100)
	server.Before(func(method, path string, _ int) {
		if strings.HasSuffix(path, "/heartbeat") {
			beats <- path
		}
	})
	server.Faults(metaservice.Seeded(3, 0.3, metaservice.Drop, metaservice.Unavailable))
	ended := s.Alive(metadata.TaskID{Flow: "F", Run: run})
	for range 3 {
		<-beats
	}
	server.Faults(nil)
	ended()
	ended()
	<-beats
	ok(t, s.Flush(t.Context()))
}

// TestErrors puts into words what stands at an address that is no service, or one that refuses.
func TestErrors(t *testing.T) {
	keyed := metaservice.Start(t, metaservice.Options{Key: "secret"})
	old := metaservice.Start(t, metaservice.Options{Version: "2.0.1"})
	page := metaservice.Start(t, metaservice.Options{})
	page.Faults(func(int, *http.Request) metaservice.Fault { return metaservice.WebPage })
	gone := metaservice.Start(t, metaservice.Options{})
	gone.Stop()
	fine := metaservice.Start(t, metaservice.Options{})
	for name, c := range map[string]struct {
		options    service.Options
		do         func(s *service.Service) error
		want, help string
	}{
		"wrong key":  {service.Options{URL: keyed.URL, Key: "guess"}, newRun, "refuses the key (status 403)", service.KeyVariable},
		"no key":     {service.Options{URL: keyed.URL}, read, "refuses the key (status 403)", service.HeadersVariable},
		"old tags":   {service.Options{URL: old.URL}, mutate, "needs version 2.3.0, it is 2.0.1", "upgrade"},
		"web page":   {service.Options{URL: page.URL}, newRun, "answers with a web page (status 200)", service.URLVariable},
		"gone":       {service.Options{URL: gone.URL}, newRun, "connection refused) (given up after 2 tries", "--metadata local"},
		"wrong host": {service.Options{URL: "http://no-such-host.invalid:1"}, read, "nobody knows the host", service.URLVariable},
		"wrong path": {service.Options{URL: fine.URL + "/api"}, newRun, "it has no /ping (status 404)", service.URLVariable},
		"number":     {service.Options{URL: fine.URL}, registerNumber, "gives numbers itself", ""},
	} {
		o := c.options
		o.Base, o.Tries = time.Millisecond, 2
		err := c.do(open(t, o))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
		var e *service.Error
		if c.help != "" && (!errors.As(err, &e) || !strings.Contains(e.Remedy(), c.help)) {
			t.Errorf("%s: the way out of %v lacks %q", name, err, c.help)
		}
	}
	for _, address := range []string{"", "host:80", "ftp://x", "http://"} {
		if _, err := service.New(service.Options{URL: address}); err == nil || !strings.Contains(err.Error(), service.URLVariable) {
			t.Errorf("%q: %v", address, err)
		}
	}
	if _, err := service.Headers("x"); err == nil {
		t.Error("headers that are no object")
	}
	// With the key, and with a header that stands for it, everything works.
	ok(t, newRun(open(t, service.Options{URL: keyed.URL + "/", Key: "secret"})))
	ok(t, newRun(open(t, service.Options{URL: keyed.URL, Headers: must[map[string]string](t)(service.Headers(`{"X-API-Key": "secret"}`))})))
}

func newRun(s *service.Service) error {
	_, err := s.NewRun(context.Background(), "F", tags)
	return err
}

func read(s *service.Service) error {
	_, err := s.Runs(context.Background(), "F")
	return err
}

func mutate(s *service.Service) error {
	_, err := s.MutateTags(context.Background(), "F", "1", []string{"a"}, nil)
	return err
}

func registerNumber(s *service.Service) error {
	_, err := s.RegisterRun(context.Background(), "F", "17", tags)
	return err
}

// TestTagConflicts changes tags while others do: the service is asked again, but not for ever.
func TestTagConflicts(t *testing.T) {
	server, s := start(t, metaservice.Options{})
	run := must[string](t)(s.NewRun(t.Context(), "F", tags))
	plan := metaservice.Seeded(1, 0.5, metaservice.Unavailable, metaservice.NoAnswer)
	server.Faults(func(n int, r *http.Request) metaservice.Fault {
		if r.Method == http.MethodPatch {
			return plan(n, r)
		}
		return metaservice.None
	})
	got := must[metadata.Tags](t)(s.MutateTags(t.Context(), "F", run, []string{"b"}, []string{"nightly"}))
	if !cmp.Equal([]string{"b"}, got.User) {
		t.Errorf("%v", got)
	}
	server.Faults(func(_ int, r *http.Request) metaservice.Fault {
		if r.Method == http.MethodPatch {
			return metaservice.Broken
		}
		return metaservice.None
	})
	if _, err := s.MutateTags(t.Context(), "F", run, []string{"c"}, nil); err == nil || !strings.Contains(err.Error(), "given up after 10 tries") {
		t.Errorf("%v", err)
	}
}

// TestReadOwnWrites reads right after writing.
func TestReadOwnWrites(t *testing.T) {
	_, s := start(t, metaservice.Options{})
	run := must[string](t)(s.NewRun(t.Context(), "F", tags))
	for i := range 20 {
		id := metadata.TaskID{Flow: "F", Run: run, Step: "s", Task: s.TaskName(i)}
		attempt(t, s, id, 0, true)
		if got := must[[]metadata.Object](t)(s.Tasks(t.Context(), "F", run, "s")); len(got) != i+1 {
			t.Fatalf("%d of %d tasks", len(got), i+1)
		}
		if arts := must[[]metadata.ArtifactRecord](t)(s.Artifacts(t.Context(), id, metadata.Latest)); len(arts) != 2 {
			t.Fatalf("%d artifacts", len(arts))
		}
	}
}
