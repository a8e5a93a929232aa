package service

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/tests/lint/peer"
	"github.com/spindle-flow/spindle/tests/metaservice"
	"github.com/spindle-flow/spindle/tests/s3server"
)

// flows are some of the compatibility tests' that between them have every kind of record.
var flows = []string{"foreach_nested", "retry", "parallel"}

// TestBothClients has runs of both programs read by both, over one service: the two documents of each run are the same.
func TestBothClients(t *testing.T) {
	script, err := filepath.Abs("../compat/client/dump_client.py")
	if err != nil {
		t.Fatal(err)
	}
	for _, flow := range flows {
		t.Run(flow, func(t *testing.T) {
			t.Parallel()
			server := metaservice.Start(t, metaservice.Options{})
			p := newPlace(t, server)
			p.spindle(t, "run", flow+".py", "--tag", "ours")
			p.python(t, false, flow+".py", "--no-pylint", "run", "--tag", "theirs")
			for _, index := range []string{"0", "1"} {
				want := p.python(t, false, script, flow+".py", index)
				got := p.python(t, true, script, flow+".py", index)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("run %s, read by metaflow and by Spindle:\n%s", index, diff)
				}
			}
			sound(t, server)
		})
	}
}

// sound checks of all runs of a service that nothing is there twice, and that run and tasks gave signs of life.
func sound(t *testing.T, server *metaservice.Server) {
	t.Helper()
	for _, flow := range server.Flows() {
		for _, run := range server.Runs(flow) {
			ours := len(run.Tasks) > 0 && strings.Contains(run.Tasks[0].Pathspec, "/t-")
			if twice := run.Twice(); ours && len(twice) > 0 {
				t.Errorf("run %s/%s has twice:\n%s", flow, run.ID, strings.Join(twice, "\n"))
			}
			if run.Beats == 0 {
				t.Errorf("run %s/%s gave no sign of life", flow, run.ID)
			}
			for _, task := range run.Tasks {
				cloned := slices.ContainsFunc(task.Records, func(r string) bool { return strings.HasPrefix(r, "origin-task-id=") })
				if ours && task.Beats == 0 && !cloned && !strings.Contains(task.Pathspec, "/_parameters/") {
					t.Errorf("task %s gave no sign of life", task.Pathspec)
				}
			}
		}
	}
}

// look reads a run with either client.
const look = `
import sys
from metaflow import Flow, Metaflow, Run, Task, namespace, get_metadata
namespace(None)
run = Run(sys.argv[1])
print([f.id for f in Metaflow()], Flow(run.path_components[0]).latest_run.id, run.successful, run.finished, run.finished_at is not None)
print(sorted(t for t in run.user_tags), get_metadata())
print(sorted((s.id, len(list(s))) for s in run), run.data.squares, run["join"].task.stdout.strip())
task = run["each"].task
print(sorted(a.id for a in task), task.metadata_dict["attempt_ok"], task.data.square in run.data.squares)
print(len(list(run["each"].task.parent_tasks)), len(list(run["wait"].task.child_tasks)))
`

// TestExchange resumes and spins what the other program ran, and reads the result with both clients.
func TestExchange(t *testing.T) {
	t.Parallel()
	server := metaservice.Start(t, metaservice.Options{})
	p := newPlace(t, server).with("GATE=")
	exchange(t, server, p)
}

// TestS3 is the same with values in S3.
func TestS3(t *testing.T) {
	t.Parallel()
	store := s3server.Start(t)
	store.Bucket(t, "bucket")
	server := metaservice.Start(t, metaservice.Options{})
	p := newPlace(t, server).with(append(s3server.Env(store.Endpoint, "s3://bucket/root"), "GATE=", "METAFLOW_DEFAULT_DATASTORE=s3")...)
	exchange(t, server, p)
	// Another machine has only the service and the bucket.
	other := p.with("METAFLOW_DATASTORE_SYSROOT_LOCAL="+t.TempDir(), "METAFLOW_CLIENT_CACHE_PATH="+t.TempDir())
	contains(t, other.spindle(t, "runs", "Gated"), "Gated/1\tfailed", "Gated/2\tdone", "Gated/4\tdone")
	contains(t, other.spindle(t, "dump", "gated.py", "2/end"), "[0, 1, 4, 9, 16, 25]")
	contains(t, other.python(t, true, "-c", look, "Gated/2"), "[0, 1, 4, 9, 16, 25]")
	contains(t, other.spindle(t, "resume", "gated.py", "end", "--origin-run-id", "2"), "Done!")
}

func exchange(t *testing.T, server *metaservice.Server, p *place) {
	t.Helper()
	metaflow := func(args ...string) string {
		return p.python(t, false, append([]string{"gated.py", "--no-pylint"}, args...)...)
	}
	if code, out := p.with("FAIL=1").run(t, binary, "run", "gated.py"); code != 1 {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	metaflow("resume", "--origin-run-id", "1")
	if code, out := p.with("FAIL=1").run(t, peer.Python(t), "gated.py", "--no-pylint", "run"); code == 0 {
		t.Fatal(out)
	}
	before := len(p.effects(t))
	contains(t, p.spindle(t, "resume", "gated.py", "--origin-run-id", "3"), "Done!", "squares [0, 1, 4, 9, 16, 25]")
	if again := p.effects(t)[before:]; !cmp.Equal(again, []string{"join"}) {
		t.Errorf("the resumed run ran %v", again)
	}
	contains(t, p.spindle(t, "spin", "gated.py", "join", "--origin", "2"), "squares", "same")
	for _, run := range []string{"Gated/2", "Gated/4"} {
		want, got := p.python(t, false, "-c", look, run), p.python(t, true, "-c", look, run)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s, read by metaflow and by Spindle:\n%s", run, diff)
		}
		contains(t, got, "True True True", "service@"+server.URL, "[0, 1, 4, 9, 16, 25]", "('each', 6)")
	}
	sound(t, server)
}
