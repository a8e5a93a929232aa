//go:build !e2e

package scheduled

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/tests/metaservice"
	"github.com/spindle-flow/spindle/tests/s3server"
)

// Containers get over what the store and the service do to them, and nothing is recorded twice for it.
func TestFaults(t *testing.T) {
	service := metaservice.Start(t, metaservice.Options{})
	service.Faults(metaservice.Seeded(3, 0.15, metaservice.Drop, metaservice.Unavailable, metaservice.BadGateway, metaservice.NoAnswer, metaservice.Half))
	server := bucket(t)
	proxy := s3server.NewProxy(t, server, s3server.Seeded(5, 0.08, s3server.SlowDown, s3server.InternalErr, s3server.Reset, s3server.NoAnswer, s3server.WrongUpload))
	w := newWorld(t, server, service, "flows")
	d, boot := w.deploy("short.py", map[string]any{}, nil)
	boot.Endpoint, d.Environment["EFFECTS"] = proxy.Endpoint, filepath.Join(w.dir, "effects")
	s := w.newScheduler(d, boot, "faults", "")
	if err := s.run(); err != nil {
		t.Fatalf("%v\n%s", err, s.text())
	}
	if len(proxy.Hits()) < 3 {
		t.Errorf("faults of the store: %v", proxy.Hits())
	}
	service.Faults(nil)
	run := service.Runs("Short")[0]
	if twice := run.Twice(); len(twice) > 0 || len(run.Tasks) != 6 {
		t.Errorf("%d tasks; twice: %q", len(run.Tasks), twice)
	}
	got := w.peer("-c", "from metaflow import Run, namespace\nnamespace(None)\nr = Run('Short/sfn-faults')\nprint(r.successful, r.data.total)")
	if strings.TrimSpace(got) != "True 14" {
		t.Errorf("the real client reads %q", got)
	}
}

// A service that is gone when a task is done fails its container. The next one runs nothing, and passes on what is missing.
func TestServiceGone(t *testing.T) {
	service := metaservice.Start(t, metaservice.Options{})
	w := newWorld(t, bucket(t), service, "flows")
	d, boot := w.deploy("short.py", map[string]any{}, nil)
	d.Environment["EFFECTS"], d.Environment["SPINDLE_SERVICE_PATIENCE"] = filepath.Join(w.dir, "effects"), "1s"
	s := w.newScheduler(d, boot, "gone", "")
	if end := s.wait(s.container("start", "", 0, "")); end.code != 0 {
		t.Fatalf("start: %+v", end)
	}
	service.Stop()
	end := s.wait(s.container("body", "-0", 0, "start"))
	if end.code != remote.ExitHelper || !strings.Contains(end.output, "metadata service") {
		t.Errorf("without the service: %+v", end)
	}
	if err := service.Resume(); err != nil {
		t.Fatal(err)
	}
	end = s.wait(s.container("body", "-0", 0, "start"))
	if end.code != 0 || !strings.Contains(end.output, "is done already (attempt 0)") {
		t.Errorf("with the service: %+v", end)
	}
	run := service.Runs("Short")[0]
	for _, task := range run.Tasks {
		if strings.HasSuffix(task.Pathspec, "/body/t-0") && (len(task.Artifacts) < 5 || !strings.Contains(strings.Join(task.Records, " "), "attempt-done=0")) {
			t.Errorf("%s: %q, %q", task.Pathspec, task.Records, task.Artifacts)
		}
	}
	if twice := run.Twice(); len(twice) > 0 || len(run.Tasks) != 3 {
		t.Errorf("%d tasks; twice: %q", len(run.Tasks), twice)
	}
}
